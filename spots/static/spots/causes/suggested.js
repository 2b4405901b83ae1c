// One click takes a suggested cause: it fills the form of the move, and opens it.
"use strict";

(() => {
  const move = document.getElementById("move-plan");
  const choice = move?.querySelector("select[name=cause]");
  if (!choice) return;
  const take = (cause) => {
    choice.value = cause;
    choice.dispatchEvent(new Event("change", { bubbles: true }));
    move.open = true;
    move.scrollIntoView({ block: "nearest" });
    choice.focus();
  };

  const chips = document.createElement("div");
  chips.className = "cause-chips";
  for (const button of document.querySelectorAll(".cause-take")) {
    button.addEventListener("click", () => take(button.dataset.cause));
    const chip = document.createElement("button");
    chip.type = "button";
    chip.className = "case-button";
    chip.textContent = `${button.dataset.name} · ${button.dataset.percent} %`;
    chip.addEventListener("click", () => take(button.dataset.cause));
    chips.append(chip);
  }
  if (chips.children.length) choice.after(chips);
})();
