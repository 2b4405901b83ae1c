// Keys of a page, by where they are on the keyboard: J is J under a Russian layout, too.
//
//   heatmapsKeys({KeyJ: (event) => …, Slash: …, Help: …})
//
// They are silent while somebody types, and while a dialog is open; “?” opens the page's help.
"use strict";

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
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    const name = nameOf(event);
    const call = name === "Help" ? () => help?.showModal() : keys[name];
    if (!call || call(event) === false) return;
    event.preventDefault();
  });
  for (const button of document.querySelectorAll("[data-keys]")) {
    button.addEventListener("click", () => help?.showModal());
  }
};
