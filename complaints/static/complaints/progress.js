// How far a trial is, asked every two seconds; when it ends, its whole page.
"use strict";

(() => {
  const box = document.getElementById("trial-progress");
  if (!box?.dataset.url) return;
  const part = (name) => box.querySelector(`[data-part=${name}]`);

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
      part("percent").textContent = told.percent;
      part("found").textContent = told.found;
      const state = document.querySelector(".trial .case-state");
      if (state) state.textContent = told.state;
    } catch {
      // The network stumbles: asked again below.
    }
    setTimeout(ask, 2000);
  };
  setTimeout(ask, 2000);
})();
