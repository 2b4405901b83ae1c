// Keys of a page, by where they are on the keyboard: J is J under a Russian layout, too.
//
//   heatmapsKeys({KeyJ: (event) => …, Slash: …, Help: …})
//
// They are silent while somebody types, which Escape ends, and while a dialog is open; “?” opens
// the page's help.
"use strict";

// Chromium forgets `autofocus` where style sheets come late.
if (document.activeElement === document.body) document.querySelector("[autofocus]")?.focus();

window.heatmapsKeys = (keys) => {
  const help = document.querySelector(".queue-help");
  const typing = (target) =>
    target.closest?.("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]");
  const nameOf = ({ code, key, shiftKey }) => {
    if (key === "?" || (code === "Slash" && shiftKey)) return "Help";
    if (key === "/") return "Slash";
    return shiftKey ? "" : code;
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (document.querySelector("dialog[open]")) return;
    if (typing(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const name = nameOf(event);
    const call = name === "Help" ? () => help?.showModal() : keys[name];
    if (!call || call(event) === false) return;
    event.preventDefault();
  });
  for (const button of document.querySelectorAll("[data-keys]")) {
    button.addEventListener("click", () => help?.showModal());
  }
};
