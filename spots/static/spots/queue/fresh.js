// Keeps the rows of the queue true while somebody works in it, and moves nothing under their hands.
"use strict";

(() => {
  const queue = document.getElementById("queue");
  const form = document.getElementById("changelist-form");
  if (!queue || !form) return;
  const EVERY_MS = 15_000;
  const WHOLE = 4; // each fourth time all rows come anew: “34 min left” is not true for long
  const news = document.querySelector(".queue-news");
  const marks = (root) => [...root.querySelectorAll("[data-spot]")];
  let times = 0;
  let timer = null;
  let asking = false;

  const replace = (made) => {
    const old = document.querySelector(`#result_list [data-spot="${made.dataset.spot}"]`);
    if (!old) return;
    const row = old.closest(".data-row");
    const cells = [...made.closest(".data-row").children];
    // The box stays as it is, and so does the focus, where it is on the row or in it.
    const focused = row.contains(document.activeElement) && document.activeElement !== row;
    const column = focused ? [...row.children].indexOf(document.activeElement.closest("td, th")) : -1;
    const differs = old.dataset.mark !== made.dataset.mark;
    cells.forEach((cell, i) => {
      if (!cell.querySelector("input.action-select")) row.children[i]?.replaceWith(cell);
    });
    if (column >= 0 && !row.contains(document.activeElement)) row.children[column]?.querySelector("a")?.focus();
    if (differs) {
      row.classList.remove("queue-changed");
      void row.offsetWidth; // starts the animation anew
      row.classList.add("queue-changed");
    }
  };

  const show = (text) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    const told = page.querySelector("[data-came]");
    if (!told) return; // signed out: the page says so when it is loaded again
    marks(page).forEach(replace);
    news.hidden = told.dataset.came === "0";
    const link = news.querySelector("a");
    link.textContent = told.dataset.words;
    link.href = location.href;
    if (marks(page).length) document.dispatchEvent(new Event("queue:changed"));
  };

  const ask = async () => {
    clearTimeout(timer);
    if (document.hidden) return;
    if (!asking) {
      asking = true;
      times += 1;
      const whole = times % WHOLE === 0;
      const body = new FormData();
      body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      for (const name of ["newest", "at", "query"]) body.set(name, queue.dataset[name]);
      body.set("rows", marks(document).map(({ dataset }) => `${dataset.spot}:${whole ? "" : dataset.mark}`).join());
      try {
        const answer = await fetch(queue.dataset.url, { method: "POST", body });
        if (answer.ok) show(await answer.text());
      } catch {
        // The network stumbles: asked again below.
      }
      asking = false;
    }
    clearTimeout(timer);
    timer = setTimeout(ask, EVERY_MS);
  };

  document.addEventListener("visibilitychange", ask);
  document.addEventListener("queue:ask", ask);
  timer = setTimeout(ask, EVERY_MS);
})();
