// The map of a trial: spots that it would have opened, and spots that were.
// templates/includes/leaflet.html brings Leaflet and the street map under it.
"use strict";

(() => {
  const box = document.querySelector(".trial-map");
  if (!box || !window.L) return;
  const drawing = JSON.parse(document.getElementById("trial-drawing").textContent);
  const flip = ([lon, lat]) => [lat, lon];
  const words = (text) => {
    const span = document.createElement("span"); // as text: a name is not markup
    span.textContent = text;
    return span;
  };

  const map = L.map(box);
  heatmapsBaseLayer(map);
  L.control.scale({ imperial: false }).addTo(map);

  const rows = new Map(); // row of the table → its shapes
  // Colours and dashes are in watching.css, so that they follow light and dark.
  const draw = (shapes, className, radius) => {
    for (const [row, ring, name] of shapes) {
      const shape = L.polygon(ring.map(flip), { className });
      // From afar an outline is smaller than a pixel; its dot is not.
      const dot = L.circleMarker(shape.getBounds().getCenter(), { className, radius });
      rows.set(row, [...(rows.get(row) || []), shape]);
      for (const part of [shape, dot]) {
        part.bindTooltip(words(name)).addTo(map).on("click", () => mark(row));
      }
    }
  };
  const mark = (row) => {
    for (const line of document.querySelectorAll(".trial-chosen")) line.classList.remove("trial-chosen");
    const line = document.querySelector(`.trial-show[data-row="${row}"]`)?.closest("tr");
    line?.classList.add("trial-chosen");
    line?.scrollIntoView({ block: "nearest" });
  };
  draw(drawing.found, "trial-found", 5);
  draw(drawing.were, "trial-were", 10);

  const shapes = [...rows.values()].flat();
  const [west, south, east, north] = drawing.extent;
  const all = shapes.length
    ? L.featureGroup(shapes).getBounds().pad(0.1)
    : L.latLngBounds([south, west], [north, east]);
  map.fitBounds(all, { maxZoom: 14 });

  for (const button of document.querySelectorAll(".trial-show")) {
    button.addEventListener("click", () => {
      const row = Number(button.dataset.row);
      const shown = rows.get(row);
      mark(row);
      if (!shown) return;
      map.fitBounds(L.featureGroup(shown).getBounds().pad(1), { maxZoom: 14 });
      box.scrollIntoView({ block: "nearest" });
    });
  }
})();
