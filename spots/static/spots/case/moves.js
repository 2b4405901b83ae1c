// One move's form is open at a time, and a set time is asked for only when it is wanted.
"use strict";

(() => {
  const forms = document.querySelectorAll(".case-move");
  for (const form of forms) {
    form.addEventListener("toggle", () => {
      if (!form.open) return;
      for (const other of forms) if (other !== form) other.open = false;
      form.querySelector("select, textarea, input:not([type=hidden])")?.focus();
    });
  }

  for (const at of document.querySelectorAll(".case-said-eta_at")) {
    const choices = at.closest("form").querySelectorAll("[name=eta_in]");
    const show = () => {
      const chosen = [...choices].find((choice) => choice.checked);
      at.hidden = Boolean(chosen && chosen.value);
    };
    for (const choice of choices) choice.addEventListener("change", show);
    show();
  }

  // A second press while the first is under way would only be refused.
  for (const form of document.querySelectorAll(".case-moves form, .case-meanwhile form, #comment")) {
    form.addEventListener("submit", () => {
      for (const button of form.querySelectorAll("button")) button.disabled = true;
    });
  }
})();
