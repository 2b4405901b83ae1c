// How far work in the background is, asked every two seconds; when it ends, its whole page.
//
//   <div data-url="where to ask"><progress …></progress></div>
//   <span data-part="done">…</span>   anywhere: takes what the answer calls so
"use strict";

(() => {
  const box = document.querySelector("progress")?.closest("[data-url]");
  if (!box) return;
  const parts = document.querySelectorAll("[data-part]");

  const ask = async () => {
    try {
      const answer = await fetch(box.dataset.url, { headers: { Accept: "application/json" } });
      if (!answer.ok) return; // signed out, or gone: the page says so when it is loaded again
      const told = await answer.json();
      if (!told.running) {
        window.location.reload();
        return;
      }
      box.querySelector("progress").value = told.percent;
      for (const part of parts) if (part.dataset.part in told) part.textContent = told[part.dataset.part];
    } catch {
      // The network stumbles: asked again below.
    }
    setTimeout(ask, 2000);
  };
  setTimeout(ask, 2000);
})();
