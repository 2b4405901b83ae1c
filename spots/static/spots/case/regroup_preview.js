// What a regrouping comes to: the outlines before, dashed, and after, a colour each.
"use strict";

(() => {
  const box = document.querySelector("#regroup-preview .case-map");
  if (!box || !window.L) return;
  const { parts } = JSON.parse(document.getElementById(box.dataset.drawing).textContent);
  const flip = ([lon, lat]) => [lat, lon];
  const COLOURS = ["#0072b2", "#d55e00", "#009e73"]; // Okabe and Ito: told apart by the colour-blind

  for (const line of document.querySelectorAll("[data-part]")) {
    line.style.borderColor = COLOURS[line.dataset.part % COLOURS.length];
  }
  const one = heatmapsMap(box, { settings: heatmapsMapSettings(), scrollWheelZoom: false });
  const { map } = one;
  const extent = L.latLngBounds([]);
  const draw = (ring, style) => {
    if (!ring.length) return null;
    const line = L.polygon(ring.map(flip), { interactive: false, ...style }).addTo(map);
    extent.extend(line.getBounds());
    return line;
  };
  for (const { before } of parts) draw(before, { color: "#6b7280", weight: 2, dashArray: "6 5", fill: false });
  parts.forEach(({ name, after }, place) => {
    const line = draw(after, { color: COLOURS[place % COLOURS.length], weight: 3, fillOpacity: 0.12 });
    if (!line) return;
    const span = document.createElement("span");
    span.textContent = name;
    line.bindTooltip(span, { permanent: true, direction: "center", className: "regroup-number" });
  });
  if (extent.isValid()) map.fitBounds(extent.pad(0.15), { maxZoom: 16 });
  one.choose(new Set());
})();
