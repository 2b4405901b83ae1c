/* The map page: puts the layers on the map, and keeps what is shown in the page's address. */
(() => {
  "use strict";

  const panel = document.getElementById("map-panel");
  const status = document.getElementById("map-status");
  const settings = JSON.parse(document.getElementById("map-settings").textContent);
  const form = document.getElementById("map-form");

  const map = L.map("map", { zoomControl: true, minZoom: 3, maxZoom: 18, worldCopyJump: true });
  heatmapsBaseLayer(map);
  L.control.scale({ imperial: false }).addTo(map);

  // The address: #zoom/latitude/longitude/layers/hours/topics
  const boxes = [...form.querySelectorAll("input[type=checkbox]")];
  const shown = () => new Set(boxes.filter((box) => box.checked).map((box) => box.value));
  const restore = () => {
    const [zoom, latitude, longitude, layers, hours, topic] = location.hash.slice(1).split("/");
    const place = [latitude, longitude, zoom].map(Number);
    if (layers === undefined || place.some(Number.isNaN)) return false;
    const names = new Set(layers.split(","));
    for (const box of boxes) box.checked = names.has(box.value);
    if (hours) form.hours.value = hours;
    if (topic !== undefined) form.topics.value = decodeURIComponent(topic);
    // Last, and at once: moving writes the address.
    map.setView(place.slice(0, 2), place[2], { animate: false });
    return true;
  };
  const remember = () => {
    const { lat, lng } = map.getCenter();
    const place = [map.getZoom(), lat.toFixed(5), lng.toFixed(5)];
    const choice = [[...shown()].join(","), form.hours.value, encodeURIComponent(form.topics.value)];
    history.replaceState(null, "", "#" + [...place, ...choice].join("/"));
  };

  let data = null;
  let dataUrl = "";
  const drawData = () => {
    const layers = heatmapsData.tileLayers(shown());
    const query = new URLSearchParams({ hours: form.hours.value, layers: layers.join(",") });
    if (form.topics.value) query.set("topics", form.topics.value);
    const url = `${settings.tiles}?${query}#${[...shown()].join()}`;
    if (url === dataUrl) return;
    dataUrl = url;
    if (data) data.remove();
    data = layers.length
      ? heatmapsData.layer({ url: `${settings.tiles}?${query}`, shown: shown() }).addTo(map)
      : null;
  };

  const clock = new Intl.DateTimeFormat(settings.language, {
    timeStyle: "medium",
    timeZone: settings.timeZone,
  });
  const spots = heatmapsSpots(map, {
    ...settings,
    url: settings.spots,
    onLoad: (found) => {
      if (!found) {
        status.textContent = settings.words.unreachable;
        return;
      }
      const count = `${settings.words.inView}: ${found.features.length}`;
      const rest = found.complete ? "" : ` (${settings.words.mostUrgent})`;
      status.textContent = `${count}${rest} · ${clock.format(new Date())}`;
    },
  });

  const apply = () => {
    const names = shown();
    spots.show(names.has("spots"));
    if (!names.has("spots")) status.textContent = "";
    drawData();
    remember();
  };

  for (const place of form.querySelectorAll("[data-swatch]")) {
    place.replaceWith(heatmapsData.swatch(place.dataset.swatch));
  }
  if (!restore()) map.fitBounds(settings.bounds);
  if (window.matchMedia("(max-width: 767px)").matches) panel.open = false;
  form.addEventListener("change", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  map.on("moveend", remember);
  window.addEventListener("hashchange", () => restore() && apply());
  apply();
})();
