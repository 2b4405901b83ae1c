// An agent's page: says that somebody is there, and goes when nobody has been for too long. What other
// pages of the same browser hear counts too: whoever works in one of them is there.
"use strict";

(() => {
  const asked = new URL(document.currentScript.src).searchParams;
  const idleMs = asked.get("seconds") * 1000;
  const toldMs = idleMs / 15;
  const ACTED = "heatmaps-acted";
  const TOLD = "heatmaps-told";
  const since = (name) => Date.now() - Number(localStorage.getItem(name) ?? 0);
  const note = (name) => localStorage.setItem(name, Date.now());

  async function act() {
    note(ACTED);
    const token = document.querySelector("[name=csrfmiddlewaretoken]");
    if (!token || since(TOLD) < toldMs) return;
    note(TOLD);
    const body = new URLSearchParams({ csrfmiddlewaretoken: token.value });
    try {
      await fetch(asked.get("told"), { method: "POST", body });
    } catch {
      localStorage.removeItem(TOLD); // the network stumbles: told with the next key
    }
  }

  function look() {
    const left = idleMs - since(ACTED);
    if (left > 0) setTimeout(look, left);
    else location.replace(location.pathname + location.search); // and the server asks to sign in
  }

  note(ACTED);
  note(TOLD); // by going to this page
  for (const name of ["pointerdown", "pointermove", "keydown", "scroll", "touchstart"]) {
    addEventListener(name, act, { passive: true, capture: true });
  }
  document.addEventListener("visibilitychange", () => document.hidden || look());
  setTimeout(look, idleMs);
})();
