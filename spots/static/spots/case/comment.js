// A comment: names are offered behind an @, and the files chosen are named.
"use strict";

(() => {
  const form = document.getElementById("comment");
  if (!form) return;
  const text = form.querySelector("textarea");
  const people = JSON.parse(document.getElementById("people").textContent);
  const list = document.createElement("ul");
  list.className = "case-names";
  list.setAttribute("role", "listbox");
  list.hidden = true;
  text.after(list);
  let chosen = 0;

  const called = () => /(^|[^\w@.+-])@([\p{L}\w.+-]*)$/u.exec(text.value.slice(0, text.selectionStart));
  const close = () => { list.hidden = true; };

  const take = (name) => {
    const at = text.selectionStart;
    const begin = at - called()[2].length;
    text.setRangeText(`${name} `, begin, at, "end");
    close();
    text.focus();
  };

  const offer = () => {
    const asked = called()?.[2].toLowerCase();
    const fit = asked === undefined ? [] : people.filter(
      (names) => names.some((name) => name.toLowerCase().includes(asked)),
    ).slice(0, 8);
    list.hidden = !fit.length;
    chosen = Math.min(chosen, Math.max(fit.length - 1, 0));
    list.replaceChildren(...fit.map(([name, full], i) => {
      const item = document.createElement("li");
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", String(i === chosen));
      item.dataset.name = name;
      item.textContent = full ? `${full} @${name}` : `@${name}`;
      item.addEventListener("mousedown", (event) => { event.preventDefault(); take(name); });
      return item;
    }));
  };

  text.addEventListener("input", () => { chosen = 0; offer(); });
  text.addEventListener("blur", close);
  text.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") form.requestSubmit();
    if (list.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) chosen = (chosen + step + list.children.length) % list.children.length;
    else if (event.key === "Enter" || event.key === "Tab") take(list.children[chosen].dataset.name);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    if (step) offer();
  });

  const files = form.querySelector("input[type=file]");
  const named = form.querySelector("[data-chosen]");
  // On its way down: the theme would name the file in a text field that is not here, and fail.
  form.addEventListener("change", (event) => {
    if (event.target !== files) return;
    event.stopPropagation();
    named.textContent = [...files.files].map((file) => file.name).join(", ");
  }, true);
})();
