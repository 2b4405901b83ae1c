// A table that is wider than a phone becomes a list: each value beside its column's name.
"use strict";

const phone = matchMedia("(max-width: 640px)");
const boxesOfTables =
  ".figures-scroll, .planning-scroll, .watching-scroll, .routing-scroll, .trial-lines";

function named(table) {
  const names = [];
  for (const head of table.querySelectorAll("thead tr:last-child th")) {
    names.push(head.textContent.trim(), ...Array(head.colSpan - 1).fill(""));
  }
  for (const row of table.querySelectorAll("tbody tr")) {
    let column = 0;
    for (const cell of row.cells) {
      cell.dataset.column = names[column] ?? "";
      column += cell.colSpan;
    }
  }
}

function fit() {
  for (const box of document.querySelectorAll(boxesOfTables)) {
    const table = box.querySelector("table");
    box.classList.remove("stacked");
    if (table && phone.matches && box.scrollWidth > box.clientWidth) {
      named(table);
      box.classList.add("stacked");
    }
  }
}

document.addEventListener("DOMContentLoaded", () => {
  fit();
  phone.addEventListener("change", fit);
  // Boards renew themselves, and forms show what would come of them.
  const renewed = new MutationObserver(() => phone.matches && fit());
  renewed.observe(document.body, { childList: true, subtree: true });
});
