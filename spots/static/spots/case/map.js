// The map of one case: outline, complaints coloured by topic, and what is round it: sites and
// sectors, coverage, outages and works, other cases. What is empty has no layer.
// On the one map, templates/includes/one_map_head.html, whose further layers its reader may add.
"use strict";

(() => {
  const box = document.querySelector(".case-map");
  if (!box || !window.L) return;
  const drawing = JSON.parse(document.getElementById(box.dataset.drawing).textContent);
  const said = box.dataset;
  const flip = ([lon, lat]) => [lat, lon];
  const flipped = (polygons) => polygons.map((rings) => rings.map((ring) => ring.map(flip)));

  for (const dot of document.querySelectorAll(".case-dot")) {
    dot.style.background = dot.dataset.colour;
  }
  for (const square of document.querySelectorAll(".case-covered")) {
    square.style.background = heatmapsData.colour(square.dataset.technology);
  }

  // As text: a name is not markup.
  const words = (...lines) => {
    const block = document.createElement("div");
    for (const line of lines.filter(Boolean)) {
      block.append(line instanceof Node ? line : Object.assign(document.createElement("div"), { textContent: line }));
    }
    return block;
  };
  const strong = (text) => Object.assign(document.createElement("strong"), { textContent: text });

  const lineOf = (dark) => ({ color: dark ? "#f87171" : "#b91c1c" });
  const rimOf = (dark) => ({ color: dark ? "#111827" : "#ffffff" });
  const mastOf = (dark) => ({ color: dark ? "#e5e7eb" : "#1f2937" });
  const otherOf = (dark) => ({ color: dark ? "#c4b5fd" : "#6d28d9" });

  const one = heatmapsMap(box, { settings: heatmapsMapSettings(), scrollWheelZoom: false });
  const { map } = one;
  const dark = heatmapsTheme.isDark();
  // Areas lie under everything that is pointed at.
  map.createPane("areas").style.zIndex = 350;

  // Sectors

  const GLYPH_M = 300; // a sector's direction, always seen; its whole range only when asked for
  const METRES_PER_DEGREE = 111_320;
  const wedge = ([lon, lat], [azimuth, beam], metres) => {
    const place = (degrees) => {
      const turn = (degrees * Math.PI) / 180;
      return [
        lat + (metres * Math.cos(turn)) / METRES_PER_DEGREE,
        lon + (metres * Math.sin(turn)) / (METRES_PER_DEGREE * Math.cos((lat * Math.PI) / 180)),
      ];
    };
    const steps = Math.max(2, Math.ceil(beam / 10));
    const rim = Array.from({ length: steps + 1 }, (_, i) => place(azimuth - beam / 2 + (beam * i) / steps));
    return beam >= 360 ? rim : [[lat, lon], ...rim];
  };
  const wedges = (site, reach, style) =>
    site.sectors.map((sector) =>
      L.polygon(wedge(site.at, sector, reach(sector[2])), { ...mastOf(dark), pane: "areas", interactive: false, ...style }),
    );
  const sectorWords = ([azimuth, beam, range, technologies]) => {
    const numbers = { azimuth, beam, range };
    const text = said.sector.replace(/\{(\w+)\}/g, (_, name) => numbers[name].toLocaleString(document.documentElement.lang));
    return technologies ? `${technologies}: ${text}` : text;
  };

  const ranges = L.layerGroup(
    drawing.sites.flatMap((site) => wedges(site, (range) => range, { weight: 1, fillOpacity: 0.04 })),
  );
  const chosen = L.layerGroup().addTo(map); // the range of the site that is looked at
  const sites = L.layerGroup(
    drawing.sites.flatMap((site) => [
      ...wedges(site, (range) => Math.min(range, GLYPH_M), { weight: 1, fillOpacity: 0.2 }),
      L.marker(flip(site.at), {
        icon: L.divIcon({ className: "case-mast", iconSize: [14, 14] }),
        keyboard: false,
      })
        .bindTooltip(words(`${site.name} · ${site.tech.join(" ")}`))
        .bindPopup(words(strong(site.name), site.tech.join(" "), ...site.sectors.map(sectorWords)))
        .on("popupopen", () => {
          for (const one of wedges(site, (range) => range, { weight: 2, fillOpacity: 0.12 })) chosen.addLayer(one);
        })
        .on("popupclose", () => chosen.clearLayers()),
    ]),
  );

  // Outages and works

  const events = L.layerGroup(
    (drawing.events ?? []).flatMap((event, order) => {
      const told = () => words(strong(event.label), event.title, `${event.from} – ${event.until || said.endless}`);
      const icon = L.divIcon({
        className: `case-event case-event-${event.kind}`,
        iconSize: [18, 18],
        iconAnchor: [9 - 10 * order, 26], // above the mast, and beside the one before
      });
      return [
        L.polygon(flipped(event.area), { color: heatmapsData.eventColour(event.kind), pane: "areas", weight: 2, dashArray: "2 6", fillOpacity: 0.05 })
          .bindPopup(told),
        ...event.at.map((at) => L.marker(flip(at), { icon, title: event.label, alt: event.label }).bindPopup(told)),
      ];
    }),
  );

  // Other cases

  const near = L.layerGroup(
    (drawing.near ?? []).map((other) => {
      const link = Object.assign(document.createElement("a"), { href: other.url, textContent: other.name });
      const style = { ...otherOf(dark), weight: 2, dashArray: "4", fillOpacity: 0.08 };
      const shape = other.outline.length
        ? L.polygon(flipped(other.outline), style)
        : L.circleMarker(flip(other.at), { ...style, radius: 7 });
      return shape.bindTooltip(words(other.name)).bindPopup(words(link, other.state));
    }),
  );

  const coverage = (drawing.coverage ?? []).map(({ tech, areas }) => [
    `${said.coverage} ${tech}`,
    L.polygon(flipped(areas), {
      pane: "areas",
      stroke: false,
      fillColor: heatmapsData.colour(tech),
      fillOpacity: 0.25,
      interactive: false,
    }),
  ]);

  // The case itself

  const outline = L.polygon(drawing.outline.map(flip), { ...lineOf(dark), weight: 2, fillOpacity: 0.08 });
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
        words(`${drawing.topics[topic].name}, ${new Date(at * 1000).toLocaleString(document.documentElement.lang)}`),
      ),
    ),
  );

  const extent = drawing.outline.length
    ? outline.getBounds()
    : L.latLng(flip(drawing.centre)).toBounds(500);
  map.fitBounds(extent.pad(0.1), { maxZoom: 16 });
  outline.addTo(map);
  const shown = [
    [said.complaints, complaints],
    [said.sites, sites],
    [said.events, events],
    [said.near, near],
  ].filter(([, layer]) => layer.getLayers().length);
  for (const [, layer] of [...shown].reverse()) layer.addTo(map);
  const asked = ranges.getLayers().length ? [[said.ranges, ranges], ...coverage] : coverage;
  one.choose(new Set(), Object.fromEntries([...shown, ...asked]));

  heatmapsTheme.onChange((nowDark) => {
    outline.setStyle(lineOf(nowDark));
    near.eachLayer((other) => other.setStyle(otherOf(nowDark)));
    complaints.eachLayer((dot) => dot.setStyle(rimOf(nowDark)));
    for (const group of [sites, ranges, chosen]) {
      group.eachLayer((layer) => layer.setStyle?.(mastOf(nowDark)));
    }
  });
})();
