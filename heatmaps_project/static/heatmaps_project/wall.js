/*
 * The wall board asks for its numbers every 15 seconds, without being loaded anew. When the server
 * is away it keeps what it has, greys it, says how old it is, and goes on by itself afterwards.
 */
(() => {
  "use strict";

  const ASK_MS = 15_000;
  const GIVE_UP_MS = 10_000;
  const STALE_MS = 3 * ASK_MS;
  const SIGNED_IN_MS = 10 * 60_000;

  const wall = document.getElementById("wall");
  const body = document.getElementById("wall-body");
  const age = document.getElementById("wall-age");
  const alarm = document.getElementById("wall-alarm");
  const { url, old, out, language } = wall.dataset;
  const ago = new Intl.RelativeTimeFormat(language, { numeric: "always" });
  let came = performance.now(); // not the wall's clock: that may be wrong

  const tellAge = () => {
    const seconds = Math.round((performance.now() - came) / 1000);
    age.textContent = seconds < 120 ? ago.format(-seconds, "second") : ago.format(-Math.round(seconds / 60), "minute");
    wall.classList.toggle("wall-stale", performance.now() - came > STALE_MS);
  };

  const ask = async () => {
    try {
      const answer = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(GIVE_UP_MS) });
      if (answer.type === "opaqueredirect" || answer.status === 403) alarm.textContent = out;
      else if (!answer.ok) alarm.textContent = old;
      else {
        const told = await answer.text();
        const focused = document.activeElement?.getAttribute("href");
        body.innerHTML = told; // our own server's, escaped there
        if (focused) body.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
        came = performance.now();
        alarm.textContent = "";
      }
    } catch {
      alarm.textContent = old;
    }
    tellAge();
    setTimeout(ask, ASK_MS); // after the answer, so that a slow server is not asked twice at once
  };

  const form = document.getElementById(wall.dataset.stay);
  const stay = () => {
    const sent = { method: "POST", body: new FormData(form), redirect: "manual" };
    fetch(form.action, sent).catch(() => {}); // the numbers say by themselves that nobody answers
  };

  setInterval(tellAge, 1000);
  setTimeout(ask, ASK_MS);
  stay();
  setInterval(stay, SIGNED_IN_MS);
})();
