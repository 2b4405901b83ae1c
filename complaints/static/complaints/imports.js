// How far an import is, asked every two seconds; when it ends, its whole page.
"use strict";

(() => {
  const box = document.getElementById("import-progress");
  if (!box) return;

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
      box.querySelector("[data-part=percent]").textContent = told.percent;
      box.querySelector("[data-part=done]").textContent = told.done;
      document.getElementById("import-state").textContent = told.state;
    } catch {
      // The network stumbles: asked again below.
    }
    setTimeout(ask, 2000);
  };
  setTimeout(ask, 2000);
})();
