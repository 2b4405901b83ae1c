/*
 * The map on a control room's wall (?wall=1): draws itself anew, lists the most urgent spots, and
 * keeps its own sign-in alive while it is looked at.
 */
(() => {
  "use strict";

  const DRAW_MS = 60_000;
  const SIGNED_IN_MS = 10 * 60_000;
  const MOST = 8;

  const { one, settings, page } = window.heatmapsPage;
  const { words } = settings;
  const list = document.getElementById("map-urgent");
  const clock = document.getElementById("map-clock");
  const alarm = document.getElementById("map-alarm");
  const time = new Intl.DateTimeFormat(settings.language, { timeStyle: "short", timeZone: settings.timeZone });
  const day = new Intl.DateTimeFormat(settings.language, { dateStyle: "short", timeStyle: "short", timeZone: settings.timeZone });

  const line = ({ id, properties: spot }) => {
    const item = document.createElement("li");
    const band = Object.assign(document.createElement("b"), { textContent: `P${spot.band}`, className: `band-${spot.band}` });
    const term = spot.eta_at ? `${words.promised}: ${day.format(new Date(spot.eta_at))}` : "";
    const told = [`№ ${id} ${spot.place}`, `${spot.state_label} · ${words.customers}: ${spot.customers}`, term];
    item.append(band, ...told.filter(Boolean).map((text) => Object.assign(document.createElement("span"), { textContent: text })));
    return item;
  };
  page.addEventListener("map:spots", ({ detail: found }) => {
    alarm.textContent = found ? "" : words.unreachable;
    if (!found) return;
    clock.textContent = time.format(new Date());
    list.replaceChildren(...found.features.slice(0, MOST).map(line));
  });

  setInterval(() => one.refresh(), DRAW_MS);
  const form = document.getElementById("map-stay");
  const stay = async () => {
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
      if (!answer.ok) alarm.textContent = words.signIn;
    } catch {
      // Spots say by themselves that the server is not there.
    }
  };
  stay();
  setInterval(stay, SIGNED_IN_MS);
})();
