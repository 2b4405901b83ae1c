// The map of one spot: outline, complaints coloured by topic, sites.
// templates/includes/leaflet.html brings Leaflet and the street map under it.
"use strict";

(() => {
  const box = document.querySelector(".case-map");
  if (!box || !window.L) return;
  const drawing = JSON.parse(document.getElementById(box.dataset.drawing).textContent);
  const flip = ([lon, lat]) => [lat, lon];

  for (const dot of document.querySelectorAll(".case-dot")) {
    dot.style.background = dot.dataset.colour;
  }

  const words = (text) => {
    const span = document.createElement("span"); // as text: a name is not markup
    span.textContent = text;
    return span;
  };
  const lineOf = (dark) => ({ color: dark ? "#f87171" : "#b91c1c" });
  const rimOf = (dark) => ({ color: dark ? "#111827" : "#ffffff" });

  const map = L.map(box, { scrollWheelZoom: false });
  heatmapsBaseLayer(map);
  L.control.scale({ imperial: false }).addTo(map);

  const dark = heatmapsTheme.isDark();
  const outline = L.polygon(drawing.outline.map(flip), {
    ...lineOf(dark),
    weight: 2,
    fillOpacity: 0.08,
  });
  const canvas = L.canvas({ padding: 0.5 });
  const complaints = L.layerGroup(
    drawing.dots.map(([lon, lat, topic, at]) =>
      L.circleMarker([lat, lon], {
        renderer: canvas,
        radius: 5,
        weight: 1,
        ...rimOf(dark),
        fillColor: drawing.topics[topic].colour,
        fillOpacity: 0.9,
      }).bindTooltip(
        words(`${drawing.topics[topic].name}, ${new Date(at).toLocaleString(document.documentElement.lang)}`),
      ),
    ),
  );
  const sites = L.layerGroup(
    drawing.sites.map((site) =>
      L.marker(flip(site.at), {
        icon: L.divIcon({ className: "case-mast", iconSize: [14, 14] }),
        keyboard: false,
      }).bindTooltip(words(`${site.name} · ${site.tech.join(" ")}`)),
    ),
  );
  const near = L.layerGroup(
    (drawing.near ?? []).map((spot) =>
      L.polygon(spot.outline.map(flip), { ...lineOf(dark), weight: 2, dashArray: "4", fillOpacity: 0.08 })
        .bindTooltip(words(spot.name)),
    ),
  );
  const extent = drawing.outline.length
    ? outline.getBounds()
    : L.latLng(flip(drawing.centre)).toBounds(500);
  map.fitBounds(extent.pad(0.1), { maxZoom: 16 });
  for (const layer of [near, outline, sites, complaints]) layer.addTo(map);
  L.control
    .layers(null, { [box.dataset.complaints]: complaints, [box.dataset.sites]: sites })
    .addTo(map);
  heatmapsTheme.onChange((nowDark) => {
    outline.setStyle(lineOf(nowDark));
    near.eachLayer((spot) => spot.setStyle(lineOf(nowDark)));
    complaints.eachLayer((dot) => dot.setStyle(rimOf(nowDark)));
  });
})();
