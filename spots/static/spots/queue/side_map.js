// The rows of this page as dots beside the list; a row and its dot show each other.
"use strict";

(() => {
  const button = document.querySelector(".queue-map-button");
  const box = document.querySelector(".queue-map");
  if (!button || !box || !window.L) return;
  const COLOURS = { 1: "#b91c1c", 2: "#ea580c", 3: "#ca8a04", 4: "#6b7280" }; // as the bands
  const wide = matchMedia("(min-width: 1100px)");
  const dots = new Map(); // by the spot's number
  let map = null;
  let layer = null;

  const rowOf = (number) => document.querySelector(`#result_list [data-spot="${number}"]`)?.closest(".data-row");
  const light = (number, on) => {
    dots.get(number)?.setStyle({ radius: on ? 11 : 7, weight: on ? 3 : 1 });
    if (on) dots.get(number)?.bringToFront();
    rowOf(number)?.classList.toggle("queue-lit", on);
  };

  const draw = ({ move }) => {
    layer.clearLayers();
    dots.clear();
    for (const { dataset } of document.querySelectorAll("#result_list [data-spot]")) {
      const dot = L.circleMarker(dataset.at.split(" ").map(Number), {
        radius: 7,
        weight: 1,
        color: "#ffffff",
        fillColor: COLOURS[dataset.band],
        fillOpacity: 0.9,
      });
      dot.on("mouseover", () => light(dataset.spot, true));
      dot.on("mouseout", () => light(dataset.spot, false));
      dot.on("click", () => {
        const row = rowOf(dataset.spot);
        row.tabIndex = -1;
        row.focus({ preventScroll: true });
        row.scrollIntoView({ block: "center", behavior: "smooth" });
      });
      dots.set(dataset.spot, dot.addTo(layer));
    }
    if (!move) return;
    if (dots.size) map.fitBounds(L.featureGroup([...dots.values()]).getBounds().pad(0.1), { maxZoom: 14 });
    else map.setView([55.75, 37.6], 5);
  };

  const show = (on) => {
    button.setAttribute("aria-pressed", String(on));
    box.hidden = !on;
    if (!on || !wide.matches) return;
    if (!map) {
      document.querySelector(".result-list-wrapper")?.append(box);
      const one = heatmapsMap(box, { settings: heatmapsMapSettings(), scrollWheelZoom: false });
      map = one.map;
      layer = L.layerGroup().addTo(map);
      draw({ move: true });
      one.choose(new Set(["events"]));
    }
    map.invalidateSize();
  };

  for (const [event, on] of [["mouseover", true], ["mouseout", false], ["focusin", true], ["focusout", false]]) {
    document.addEventListener(event, ({ target }) => {
      const mark = map && target.closest?.("#result_list .data-row")?.querySelector("[data-spot]");
      if (mark) light(mark.dataset.spot, on);
    });
  }
  button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    localStorage.setItem("queue-map", on ? "on" : "");
    show(on);
  });
  wide.addEventListener("change", () => show(localStorage.getItem("queue-map") === "on"));
  document.addEventListener("queue:changed", () => { if (map) draw({ move: false }); });
  show(localStorage.getItem("queue-map") === "on");
})();
