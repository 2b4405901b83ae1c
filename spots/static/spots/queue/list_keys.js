// The queue by keyboard: a row has the focus, and moves count for it or for the chosen ones.
"use strict";

(() => {
  const queue = document.getElementById("queue");
  if (!queue) return;
  const said = document.querySelector(".queue-said");
  const form = document.getElementById("changelist-form");
  const rows = () => [...document.querySelectorAll("#result_list .data-row")];
  const numberOf = (row) => row.querySelector("[data-spot]").dataset.spot;
  const box = (row) => row?.querySelector("input.action-select");
  const present = () => document.activeElement?.closest?.("#result_list .data-row");
  let last = null; // the number of the row that had the focus last

  const goTo = (row) => {
    row.tabIndex = -1;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("focusin", () => {
    if (present()) last = numberOf(present());
  });
  const current = () => present() || rows().find((row) => numberOf(row) === last);

  const step = (by) => () => {
    const all = rows();
    const next = current() ? all.indexOf(current()) + by : by > 0 ? 0 : all.length - 1;
    if (all[next]) goTo(all[next]);
  };
  const open = () => {
    const link = present() && document.activeElement === present() && present().querySelector("th a, td a");
    if (!link) return false; // Enter on a link or button is its own
    link.click();
    return true;
  };
  const choose = () => box(current())?.click();

  const chosen = () => {
    const boxes = rows().map(box).filter((one) => one?.checked);
    return boxes.length ? boxes : [box(current())].filter(Boolean);
  };
  const can = (move) => [...(form?.elements.action?.options ?? [])].some(({ value }) => value === `${move}_chosen`);
  const body = (move) => {
    const sent = new FormData();
    sent.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    sent.set("action", `${move}_chosen`);
    for (const one of chosen()) sent.append("_selected_action", one.value);
    return sent;
  };
  let hiding = null;
  const tell = (lines) => {
    said.replaceChildren(...lines.map(({ case_id: number, done, text }) => {
      const line = document.createElement("span");
      line.className = done ? "case-kept" : "case-late";
      line.textContent = done ? `✓ № ${number}: ${text}` : `✗ ${text}`;
      return line;
    }));
    said.hidden = false;
    clearTimeout(hiding);
    hiding = setTimeout(() => { said.hidden = true; }, 10_000);
  };

  // What needs nothing said is done in place …
  const accept = async () => {
    if (!can("accept") || !chosen().length) return;
    const answer = await fetch(location.href, {
      method: "POST",
      body: body("accept"),
      headers: { Accept: "application/json" },
    }).catch(() => null);
    if (!answer?.ok || !answer.headers.get("Content-Type").includes("json")) return;
    tell((await answer.json()).lines);
    document.dispatchEvent(new Event("queue:ask"));
  };
  // … and everything else on its own page.
  const ask = (move) => () => {
    if (!can(move) || !chosen().length) return;
    const page = document.createElement("form");
    page.method = "post";
    page.hidden = true;
    for (const [name, value] of body(move)) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name, value });
      page.append(field);
    }
    document.body.append(page);
    if (last) sessionStorage.setItem("queue-left-at", last); // the way back leads to the same row
    page.submit();
  };

  // Above the rows: the queues by their number, what no rule took, and keeping what is shown.
  const press = (selector) => {
    const found = document.querySelector(selector);
    found?.click();
    return Boolean(found);
  };
  const tabs = [...queue.querySelectorAll(".case-queues a")].slice(0, 9);
  // On a phone they are one line, and the present one may be behind its end.
  queue.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  const toTabs = tabs.map((tab, i) => [`Digit${i + 1}`, () => tab.click()]);
  const save = () => {
    const sheet = queue.querySelector("[data-save]");
    if (!sheet) return false; // what is shown has a name already
    sheet.open = true;
    sheet.querySelector("[name=name]").focus();
    return true;
  };

  heatmapsKeys({
    ...Object.fromEntries(toTabs),
    KeyJ: step(1),
    KeyK: step(-1),
    Enter: open,
    KeyO: open,
    KeyX: choose,
    KeyA: accept,
    KeyR: ask("route"),
    KeyE: ask("plan"),
    KeyF: ask("fix"),
    KeyD: ask("dismiss"),
    KeyN: () => press(".case-alarm a"),
    KeyS: save,
    Slash: () => document.getElementById("searchbar")?.focus(),
  });

  // The page of a spot goes on to the next of this queue (spot_keys.js).
  const remember = () => {
    const numbers = rows().map(numberOf);
    sessionStorage.setItem("queue", JSON.stringify({ numbers, address: location.pathname + location.search }));
  };
  remember();
  document.addEventListener("queue:changed", remember);
  const from = sessionStorage.getItem("queue-left-at");
  sessionStorage.removeItem("queue-left-at");
  const back = rows().find((row) => numberOf(row) === from);
  if (back) {
    goTo(back);
    // The theme puts the list into a scrolling box later on, and the focus is lost with that.
    const again = () => { if (document.activeElement === document.body) goTo(back); };
    window.addEventListener("load", () => setTimeout(again));
  }
})();
