// The year of a calendar: a click or Enter on a day edits the text fields, and the server draws the
// year anew from all that is typed.
"use strict";

(() => {
  const box = document.getElementById("year");
  const place = document.getElementById("calendar-year");
  if (!box || !place) return;
  const form = box.closest("form");
  const dialog = box.querySelector("dialog");
  const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
  let asked = 0;
  let current = null; // the day that the keyboard is on

  const dayAt = (iso) => place.querySelector(`[data-day="${iso}"]`);

  const settle = () => {
    if (!box.dataset.edits) return;
    const hint = place.querySelector(".calendar-hint");
    if (hint) hint.hidden = false;
    const day = (current && dayAt(current)) || place.querySelector("[aria-current]") || place.querySelector("[data-day]");
    if (day) day.tabIndex = 0;
  };

  const draw = async (year, focus) => {
    const mine = ++asked;
    const typed = new FormData(form);
    if (year) typed.set("year", year);
    for (const [name, value] of [...typed]) if (value instanceof File) typed.delete(name);
    place.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(box.dataset.yearUrl, { method: "POST", body: typed });
      const text = await answer.text();
      if (mine !== asked || !answer.ok || answer.redirected) return; // a newer one is on its way, or signed out
      place.innerHTML = text;
      settle();
      if (focus) (dayAt(current) || place.querySelector(`[data-year="${focus}"]`))?.focus();
    } catch {
      // The fields are the truth: the year is drawn with the next change.
    } finally {
      if (mine === asked) place.removeAttribute("aria-busy");
    }
  };

  // Days

  const go = (iso) => {
    const day = dayAt(iso);
    if (!day) return;
    for (const other of place.querySelectorAll('[data-day][tabindex="0"]')) other.tabIndex = -1;
    day.tabIndex = 0;
    day.focus();
    current = iso;
  };

  const moved = (iso, key) => {
    const at = new Date(`${iso}T00:00:00Z`);
    if (key in STEPS) at.setUTCDate(at.getUTCDate() + STEPS[key]);
    else if (key === "Home") at.setUTCDate(1);
    else if (key === "End") at.setUTCMonth(at.getUTCMonth() + 1, 0);
    else {
      const month = at.getUTCMonth() + (key === "PageUp" ? -1 : 1);
      const last = new Date(Date.UTC(at.getUTCFullYear(), month + 1, 0)).getUTCDate();
      at.setUTCMonth(month, Math.min(at.getUTCDate(), last));
    }
    return at.toISOString().slice(0, 10);
  };

  place.addEventListener("keydown", (event) => {
    const day = event.target.closest("[data-day]");
    const isStep = event.key in STEPS || ["Home", "End", "PageUp", "PageDown"].includes(event.key);
    if (!day || !isStep || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    go(moved(day.dataset.day, event.key));
  });

  place.addEventListener("click", (event) => {
    const other = event.target.closest("a[data-year]");
    if (other) {
      event.preventDefault(); // what is typed is not lost on the way
      draw(other.dataset.year, other.dataset.year);
      return;
    }
    const day = event.target.closest("[data-day]");
    if (day && box.dataset.edits) open(day);
  });

  // The small form of one day

  const hours = dialog.querySelector(".calendar-hours");
  const name = dialog.querySelector(".calendar-name");
  const wrong = dialog.querySelector(".calendar-wrong");
  const choices = [...dialog.querySelectorAll("[name=calendar-choice]")];
  const chosen = () => choices.find((choice) => choice.checked).value;
  const lay = () => {
    hours.closest("label").hidden = chosen() !== "own";
    name.closest("label").hidden = chosen() === "usual";
    wrong.hidden = true;
  };

  const open = (day) => {
    const { kind, spans, usual } = day.dataset;
    current = day.dataset.day;
    dialog.querySelector("h3").textContent = day.getAttribute("aria-label");
    dialog.querySelector(".calendar-usual").textContent = usual;
    const was = kind === "off" ? "off" : ["moved", "short", "own"].includes(kind) ? "own" : "usual";
    for (const choice of choices) choice.checked = choice.value === was;
    hours.value = spans || usual;
    name.value = day.dataset.name;
    lay();
    dialog.showModal();
    choices.find((choice) => choice.checked).focus();
  };

  const SPAN = "\\d\\d:\\d\\d\\s*[-–—]\\s*\\d\\d:\\d\\d";
  const HOURS = new RegExp(`^${SPAN}(\\s*[,;]\\s*${SPAN})*$`);

  const take = () => {
    const choice = chosen();
    if (choice === "own" && !HOURS.test(hours.value.trim())) {
      wrong.hidden = false;
      hours.focus();
      return;
    }
    const spans = { usual: null, off: "", own: hours.value.trim() }[choice];
    calendarLines.put([[current, spans, name.value]]);
    dialog.close();
  };

  dialog.addEventListener("change", lay);
  dialog.addEventListener("close", () => go(current));
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.closest("button")) return;
    event.preventDefault(); // it would save the whole calendar
    take();
  });
  dialog.addEventListener("click", (event) => {
    const what = event.target.closest("[data-do]")?.dataset.do;
    if (what === "take") take();
    if (what === "cancel" || event.target === dialog) dialog.close();
  });

  // Whatever is typed, by hand or from here

  let waiting = 0;
  form.addEventListener("input", (event) => {
    if (!event.target.name || event.target.closest(".calendar-box")) return;
    clearTimeout(waiting);
    const hadFocus = place.contains(document.activeElement);
    waiting = setTimeout(() => draw(null, hadFocus || place.contains(document.activeElement) ? current : null), 250);
  });

  document.getElementById("impact")?.focus();
  settle();
})();
