// Regrouping by keyboard: the list of complaints is walked through, the other spot is chosen.
"use strict";

(() => {
  const form = document.getElementById("regroup-form");
  if (!form) return;
  const boxes = [...document.querySelectorAll(".regroup-list input")];
  let at = -1;

  const step = (by) => () => {
    const next = boxes.indexOf(document.activeElement);
    at = Math.min(Math.max((next < 0 ? at : next) + by, 0), boxes.length - 1);
    boxes[at]?.focus();
  };
  heatmapsKeys({
    KeyJ: step(1),
    KeyK: step(-1),
    KeyX: () => boxes[at]?.click(),
    KeyS: () => form.querySelector("[value=split]:enabled")?.click(),
    KeyM: () => form.elements.other?.focus(),
    KeyU: () => document.getElementById("regroup-back").click(),
  });
})();
