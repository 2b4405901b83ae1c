// What an import changes, on a map. templates/includes/leaflet.html brings Leaflet.
"use strict";

(() => {
  const box = document.getElementById("import-map");
  if (!box || !window.L) return;
  const { dots, areas } = JSON.parse(document.getElementById("import-drawing").textContent);
  const words = (text) => {
    const span = document.createElement("span"); // as text: a name is not markup
    span.textContent = text;
    return span;
  };

  const map = L.map(box, { scrollWheelZoom: false });
  heatmapsBaseLayer(map);
  L.control.scale({ imperial: false }).addTo(map);
  const drawn = L.featureGroup();
  for (const [change, shape, name] of areas) {
    L.geoJSON(shape, { style: { className: `import-area import-shape-${change}`, weight: 2 } })
      .bindTooltip(words(name), { sticky: true })
      .addTo(drawn);
  }
  for (const [change, lon, lat, name] of dots) {
    L.circleMarker([lat, lon], { className: `import-shape-${change}`, radius: 6, weight: 2 })
      .bindTooltip(words(name))
      .addTo(drawn);
  }
  drawn.addTo(map);
  if (drawn.getLayers().length) map.fitBounds(drawn.getBounds().pad(0.1), { maxZoom: 15 });
  else map.setView([56, 38], 5);
})();
