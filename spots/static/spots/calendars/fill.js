// Filling a year in: the server says what would change, and the ticked days go into the text fields.
"use strict";

(() => {
  const box = document.getElementById("year");
  const place = document.getElementById("calendar-offer");
  if (!box?.dataset.edits || !place) return;
  const form = box.closest("form");
  box.querySelector(".calendar-fill").hidden = false;

  const ask = async (source, file) => {
    const typed = new FormData(form);
    typed.set("from", source);
    if (file) typed.set("ics", file);
    place.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(box.dataset.offerUrl, { method: "POST", body: typed });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const offer = page.querySelector(".calendar-offer");
      if (!offer) throw new Error(answer.statusText);
      place.replaceChildren(offer);
      place.scrollIntoView({ block: "nearest" });
      place.querySelector("input, button")?.focus({ preventScroll: true });
    } catch {
      window.location.reload(); // signed out, or the server is away: the browser says which
    } finally {
      place.removeAttribute("aria-busy");
    }
  };

  const askForFile = () => {
    // Not in the page: Unfold looks for its own field beside every file input that is.
    const input = document.createElement("input");
    input.type = "file";
    input.accept = ".ics,text/calendar";
    input.addEventListener("change", () => input.files.length && ask("ics", input.files[0]));
    input.click();
  };

  const ticked = () => [...place.querySelectorAll("input[data-day]:checked")];

  box.addEventListener("click", (event) => {
    const source = event.target.closest("[data-from]")?.dataset.from;
    if (source === "ics") askForFile();
    else if (source) ask(source);
    const what = event.target.closest("#calendar-offer [data-do]")?.dataset.do;
    if (what === "put") calendarLines.put(ticked().map(({ dataset }) => [dataset.day, dataset.spans, dataset.name]));
    if (what) place.replaceChildren();
    if (what) box.querySelector("[data-from]").focus({ preventScroll: true });
  });

  box.addEventListener("change", (event) => {
    if (event.target.matches(".calendar-all")) {
      for (const day of place.querySelectorAll("input[data-day]")) day.checked = event.target.checked;
    }
  });
})();
