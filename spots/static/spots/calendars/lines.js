// The two text fields of a calendar, a line a day: what is typed there is the truth.
"use strict";

window.calendarLines = (() => {
  const fields = () => ({ off: document.getElementById("id_days_off"), moved: document.getElementById("id_moved_days") });

  const dayOf = (line) => {
    const [written] = line.trim().split(/\s/, 1);
    const dotted = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(written);
    if (!dotted) return written;
    const [, day, month, year] = dotted;
    return `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  };

  const linesOf = (field) => field.value.split("\n").filter((line) => line.trim());

  const tell = (field) => field.dispatchEvent(new Event("input", { bubbles: true }));

  // Put one day in place of whatever is typed for it. `spans` null: as the week says; "": not worked.
  const put = (day, spans, name) => {
    const { off, moved } = fields();
    for (const field of [off, moved]) field.value = linesOf(field).filter((line) => dayOf(line) !== day).join("\n");
    if (spans === null) return;
    const field = spans ? moved : off;
    const lines = linesOf(field);
    const after = lines.findIndex((line) => dayOf(line) > day);
    const line = [day, spans, name.trim()].filter(Boolean).join(" ");
    lines.splice(after < 0 ? lines.length : after, 0, line);
    field.value = lines.join("\n");
  };

  return {
    // days: [[day, spans, name], ...]
    put(days) {
      for (const [day, spans, name] of days) put(day, spans, name);
      tell(fields().off); // one for both: whoever listens reads the whole form
    },
  };
})();
