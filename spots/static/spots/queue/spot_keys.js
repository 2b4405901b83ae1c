// The page of a spot by keyboard, and the way to the next spot of the queue that led here.
"use strict";

(() => {
  const walk = document.querySelector(".queue-walk");
  if (!walk) return;
  const here = Number(location.pathname.match(/\/(\d+)\/change\//)?.[1]);
  const { numbers = [], address } = JSON.parse(sessionStorage.getItem("queue") || "{}");
  const at = numbers.indexOf(String(here));

  const back = walk.querySelector(".queue-walk-back");
  if (address) back.href = address; // of a spot that was split off, too
  const steps = new Map();
  if (at >= 0) {
    for (const link of walk.querySelectorAll("[data-step]")) {
      const number = numbers[at + Number(link.dataset.step)];
      if (number) {
        link.href = location.pathname.replace(`/${here}/`, `/${number}/`);
        steps.set(link.dataset.step, link);
      } else {
        link.setAttribute("aria-disabled", "true");
      }
    }
    back.append(` ${at + 1} / ${numbers.length}`);
    sessionStorage.setItem("queue-left-at", String(here));
  } else {
    for (const link of walk.querySelectorAll("[data-step]")) link.remove();
  }
  walk.hidden = false;

  const press = (name) => () => document.querySelector(`.case-moves form[action$='/${name}/'] button`)?.click();
  const open = (name) => () => {
    const move = document.getElementById(`move-${name}`);
    if (!move) return;
    move.open = true;
    // At once: the toggle comes a moment later, and who knows the keys types on.
    move.querySelector("select, textarea, input:not([type=hidden])")?.focus();
    move.scrollIntoView({ block: "nearest" });
  };
  heatmapsKeys({
    KeyJ: () => steps.get("1")?.click(),
    KeyK: () => steps.get("-1")?.click(),
    KeyU: () => back.click(),
    KeyA: press("accept"),
    KeyI: press("diagnose"),
    KeyR: open("route"),
    KeyE: open("plan"),
    KeyW: () => (document.getElementById("move-wait") ? open("wait") : press("resume"))(),
    KeyF: open("fix"),
    KeyD: open("dismiss"),
    KeyG: () => document.querySelector("a[href$='/regroup/']")?.click(),
    KeyC: () => document.querySelector("#comment textarea")?.focus(),
  });
})();
