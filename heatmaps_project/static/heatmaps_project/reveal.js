// A masked phone or e-mail address: ask why, fetch it in full, and put it in its place.
"use strict";

(() => {
  const dialog = document.getElementById("reveal");
  if (!dialog) {
    return;
  }
  const form = dialog.querySelector("form");
  const refusal = form.querySelector("[data-refusal]");
  let button = null;

  function refuse(text) {
    refusal.textContent = text;
    refusal.hidden = !text;
  }

  document.addEventListener("click", (event) => {
    const clicked = event.target.closest("[data-reveal]");
    if (!clicked) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    button = clicked;
    form.elements.customer.value = button.closest("[data-masked]").dataset.masked;
    form.elements.field.value = button.dataset.reveal;
    refuse("");
    dialog.showModal();
    form.elements.reason.focus();
  });

  form.querySelector("[data-cancel]").addEventListener("click", () => dialog.close());

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    let answer;
    let body;
    try {
      answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
      body = await answer.json();
    } catch {
      refuse(refusal.dataset.offline);
      return;
    }
    if (!answer.ok) {
      refuse(body.detail);
      return;
    }
    const place = button.closest("[data-masked]");
    place.querySelector("[data-value]").textContent = body.value;
    button.remove();
    dialog.close();
  });
})();
