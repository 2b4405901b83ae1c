// Of a rule's form only what the chosen method asks for; what has an error always shows.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const method = document.querySelector("select[name=method]");
  if (!method) return;
  const groups = [...document.querySelectorAll("fieldset.rule-surprise, fieldset.rule-dbscan")];
  const show = () => {
    for (const group of groups) {
      const wanted = group.classList.contains(`rule-${method.value}`);
      group.hidden = !wanted && !group.querySelector(".errorlist, [aria-invalid=true]");
    }
  };
  method.addEventListener("change", show);
  show();
});
