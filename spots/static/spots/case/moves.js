// One move's form is open at a time, Ctrl+Enter sends it and Escape leaves it; and a set time is
// asked for only when it is wanted.
"use strict";

(() => {
  const forms = document.querySelectorAll(".case-move");
  const begin = (form) => form.querySelector("select, textarea, input:not([type=hidden])")?.focus();
  for (const form of forms) {
    form.addEventListener("toggle", () => {
      if (!form.open) return;
      for (const other of forms) if (other !== form) other.open = false;
      if (!form.querySelector("form :focus")) begin(form); // else somebody types in it already
    });
  }

  const together = document.querySelector(".case-moves-form"); // a page that is nothing but a form
  if (together) begin(together);
  const leave = (form) => {
    if (form === together) return form.querySelector("a.case-button").click();
    const move = form.closest("details");
    move.open = false;
    move.querySelector("summary").focus();
  };
  for (const form of document.querySelectorAll(".case-move form, .case-moves-form")) {
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
      else if (event.key === "Escape") leave(form);
      else return;
      event.preventDefault();
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
