/* The map page: what is shown is chosen in its panel, and kept in the page's address. */
(() => {
  "use strict";

  const part = (id) => document.getElementById(id);
  const told = (id) => JSON.parse(part(id).textContent);
  const settings = { ...told("one-map-settings"), ...told("map-settings") };
  const { words } = settings;
  const page = document.querySelector(".map-page");
  const panel = part("map-panel");
  const status = part("map-status");
  const form = part("map-form");
  const boxes = [...form.querySelectorAll("input[type=checkbox]")];
  const clock = new Intl.DateTimeFormat(settings.language, { timeStyle: "medium", timeZone: settings.timeZone });

  const tellStatus = (found) => {
    if (!found) {
      status.textContent = words.unreachable;
      return;
    }
    const count = `${words.inView}: ${found.features.length}`;
    const rest = found.complete ? "" : ` (${words.mostUrgent})`;
    status.textContent = `${count}${rest} · ${clock.format(new Date())}`;
  };
  const one = heatmapsMap(part("map"), {
    settings: { ...settings, grew: (spot) => grew(spot) },
    frame: page,
    onSpots: (found) => {
      tellStatus(found);
      page.dispatchEvent(new CustomEvent("map:spots", { detail: found }));
    },
  });
  const { map } = one;

  const time = heatmapsTime(part("map-time"), {
    ...settings,
    onMoment: () => apply(),
  });
  const grew = ({ started_at, centre }) => {
    const hours = (Date.now() - new Date(started_at)) / 3_600_000;
    map.closePopup();
    map.setView([centre[1], centre[0]], Math.max(14, map.getZoom()));
    time.set(new Date(started_at), hours);
    apply();
    time.play(true);
  };

  // The address: #zoom/latitude/longitude/layers/hours/topics/moment/range
  const shown = () => new Set(boxes.filter((box) => box.checked).map((box) => box.value));
  // People cut and change addresses: what means nothing leaves what is usual.
  const decoded = (part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return "";
    }
  };
  const choose = (select, value) => {
    if ([...select.options].some((one) => one.value === value)) select.value = value;
  };
  const restore = () => {
    const [zoom, latitude, longitude, layers, hours, topic, at, range] = location.hash.slice(1).split("/");
    const place = [latitude, longitude, zoom].map(Number);
    if (layers === undefined || !place.every(Number.isFinite)) return false;
    const names = new Set(layers.split(","));
    for (const box of boxes) box.checked = names.has(box.value);
    choose(form.hours, hours);
    if (topic !== undefined) choose(form.topics, decoded(topic));
    const moment = at && new Date(decoded(at));
    time.set(moment && !Number.isNaN(moment.getTime()) ? moment : null, Number(range) || 24);
    // Last, and at once: moving writes the address.
    map.setView(place.slice(0, 2), place[2], { animate: false });
    return true;
  };
  const remember = () => {
    const { lat, lng } = map.getCenter();
    const place = [map.getZoom(), lat.toFixed(5), lng.toFixed(5)];
    const choice = [[...shown()].join(","), form.hours.value, encodeURIComponent(form.topics.value)];
    const moment = time.at ? [encodeURIComponent(heatmapsUtc(time.at)), time.range] : [];
    history.replaceState(null, "", "#" + [...place, ...choice, ...moment].join("/"));
  };

  const apply = () => {
    const names = shown();
    one.filter({ hours: form.hours.value, topics: form.topics.value, at: time.at });
    one.show(names);
    if (!names.has("spots")) status.textContent = "";
    for (const note of page.querySelectorAll("[data-when=past]")) note.hidden = !time.at;
    remember();
  };

  for (const place of form.querySelectorAll("[data-swatch]")) {
    place.replaceWith(heatmapsData.swatch(place.dataset.swatch));
  }
  if (!restore()) map.fitBounds(settings.bounds);
  if (matchMedia("(max-width: 767px)").matches) panel.open = false;
  form.addEventListener("change", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  map.on("moveend", remember);
  window.addEventListener("hashchange", () => restore() && apply());
  apply();

  const search = heatmapsSearch(part("map-search"), map, words);

  part("map-share").addEventListener("click", async ({ target }) => {
    const label = target.textContent;
    try {
      await navigator.clipboard.writeText(location.href);
      target.textContent = words.copied;
    } catch {
      prompt(words.copyThis, location.href); // browsers keep the clipboard from pages without HTTPS
    }
    setTimeout(() => (target.textContent = label), 1500);
  });

  for (const key of page.querySelectorAll("[data-export]")) {
    key.addEventListener("click", () => {
      const view = map.getBounds();
      const query = new URLSearchParams({
        west: Math.max(-180, view.getWest()).toFixed(5),
        south: view.getSouth().toFixed(5),
        east: Math.min(180, view.getEast()).toFixed(5),
        north: view.getNorth().toFixed(5),
        hours: form.hours.value,
        layers: heatmapsData.tileLayers(shown(), { all: true }).join(","),
      });
      const technologies = heatmapsData.technologies(shown());
      if (technologies.length) query.set("technologies", technologies.join(","));
      if (form.topics.value) query.set("topics", form.topics.value);
      if (time.at) query.set("at", heatmapsUtc(time.at));
      key.formAction = `${key.dataset.export}?${query}`;
    });
  }

  // Keys; none is taken from a field that is typed in. Letters go by the key's place, so that they
  // are the same with Russian letters on; signs by what is typed.
  const LETTERS = {
    KeyF: () => one.tools.fullScreen(),
    KeyM: () => one.tools.measure(),
    KeyL: () => (panel.open = !panel.open),
    KeyT: () => time.play(),
  };
  const SIGNS = {
    "/": () => search.focus(),
    0: () => part("map").focus(),
    "?": () => (part("map-keys").open = !part("map-keys").open),
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input:not([type=checkbox]), select, textarea");
    if (event.ctrlKey || event.metaKey || event.altKey || (typing && event.key !== "Escape")) return;
    const box = boxes[Number(event.key) - 1];
    const call = SIGNS[event.key] ?? (event.shiftKey ? null : LETTERS[event.code]);
    if (event.key === "Escape") {
      one.tools.measure(false);
      time.play(false);
      map.closePopup();
    } else if (box) box.click();
    else if (call) {
      call();
      event.preventDefault();
    }
  });
  boxes.slice(0, 9).forEach((box, order) => {
    const key = Object.assign(document.createElement("kbd"), { textContent: order + 1 });
    key.setAttribute("aria-hidden", "true");
    box.setAttribute("aria-keyshortcuts", String(order + 1));
    box.closest("label").append(key);
  });

  window.heatmapsPage = { one, settings, page };
})();
