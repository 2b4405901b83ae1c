/*
 * The one map: the street map, our data over it, spots, and tools; of the map page, and of any
 * page that takes the tag one_map.
 *
 *   const one = heatmapsMap(box, {settings, frame, popups, onSpots, scrollWheelZoom})
 *     one.map                    the Leaflet map; the caller sets its first view
 *     one.show(names)            a Set of layers: "spots", those of data_layer.js
 *     one.filter({hours, topics, at})   complaints of so many hours before `at` (a Date; null: now)
 *     one.choose(names, own)     switches for what its reader may see, `names` (a Set) on at first;
 *                                above them `own` layers of the page by their label, each of
 *                                which stands for ours of the same label
 *     one.refresh()              asks for everything anew
 *     one.tools                  heatmapsTools
 *     one.remove()               takes it away, and asks for nothing any more
 *
 * `settings` is what heatmapsMapSettings() returns: templatetags/maps.py's map_settings. A box with the class "one-map" becomes a map
 * by itself: templates/includes/one_map.html.
 */
(() => {
  "use strict";

  const SWAP_MS = 3000; // an old picture goes then, even if the new one is not complete

  window.heatmapsUtc = (date) => date.toISOString().replace(/\.\d+Z$/, "Z");

  window.heatmapsMapSettings = () => JSON.parse(document.getElementById("one-map-settings").textContent);

  window.heatmapsMap = (box, { settings, frame, onSpots = () => {}, popups = true, scrollWheelZoom = true }) => {
    const map = L.map(box, { minZoom: 3, maxZoom: 18, worldCopyJump: true, scrollWheelZoom });
    heatmapsBaseLayer(map);
    L.control.scale({ imperial: false }).addTo(map);
    const tools = heatmapsTools(map, { frame });

    let shown = new Set();
    let asked = { hours: settings.hours, topics: "", at: null };
    let data = null;
    let drawnFrom = "";

    const drawData = ({ anew = false } = {}) => {
      const layers = heatmapsData.tileLayers(shown);
      const query = new URLSearchParams({ hours: asked.hours, layers: layers.join(",") });
      const technologies = heatmapsData.technologies(shown);
      if (technologies.length) query.set("technologies", technologies.join(","));
      if (asked.topics) query.set("topics", asked.topics);
      if (asked.at) query.set("at", heatmapsUtc(asked.at));
      const from = `${query}#${[...shown].join()}`;
      if (from === drawnFrom && !anew) return;
      drawnFrom = from;
      const before = data;
      data = layers.length
        ? heatmapsData.layer({ url: `${settings.tiles}?${query}`, shown }).addTo(map)
        : null;
      if (!before) return;
      // The old picture stays under the new one until that is there: no flicker when time runs.
      const swap = () => before.remove();
      if (data) {
        data.once("load", swap);
        setTimeout(swap, SWAP_MS);
      } else swap();
    };

    const spots = heatmapsSpots(map, {
      ...settings,
      words: popups ? settings.words : null,
      url: settings.spots,
      onLoad: onSpots,
    });

    map.on("click", ({ latlng }) => {
      if (!popups || !data || tools.measures()) return;
      const told = heatmapsTold(data, latlng, settings);
      if (told) L.popup().setLatLng(latlng).setContent(told).openOn(map);
    });

    const show = (names) => {
      shown = new Set(names);
      spots.show(shown.has("spots"));
      drawData();
    };

    return {
      map,
      tools,
      spots,
      show,
      choose(names, own = {}) {
        const switches = { ...own };
        for (const [name, label] of Object.entries(settings.layers)) {
          if (label in own) continue;
          const layer = L.layerGroup();
          layer.on("add", () => show(names.add(name)));
          layer.on("remove", () => names.delete(name) && show(names));
          switches[label] = names.has(name) ? layer.addTo(map) : layer;
        }
        L.control.layers(null, switches).addTo(map);
        show(names);
      },
      filter(wanted) {
        asked = { ...asked, ...wanted };
        spots.at(asked.at);
        drawData();
      },
      refresh() {
        spots.load();
        drawData({ anew: true });
      },
      remove() {
        spots.show(false);
        map.remove();
      },
    };
  };

  // Maps in other pages: the layers that the page asks for, switched by Leaflet's own control.
  const BEYOND_M = 500; // of what begins at the end of a map's reach
  const embed = (box) => {
    const { lon, lat, zoom, layers, mark, reach } = box.dataset;
    const one = heatmapsMap(box, { settings: heatmapsMapSettings(), scrollWheelZoom: false });
    const place = [Number(lat), Number(lon)];
    one.map.setView(place, Number(zoom));
    if (Number(reach)) {
      const seen = L.latLng(place).toBounds(2 * (Number(reach) + BEYOND_M));
      one.map.fitBounds(seen, { animate: false, maxZoom: Number(zoom) });
    }
    if (mark) {
      const icon = L.divIcon({ className: "map-here", iconSize: [18, 18] });
      L.marker(place, { icon, keyboard: false, title: mark, alt: mark, zIndexOffset: 100_000 }).addTo(one.map);
    }
    one.choose(new Set(layers.split(",").filter(Boolean)));
    box.oneMap = one;
  };
  window.heatmapsEmbed = (root) => {
    for (const box of root.querySelectorAll(".one-map")) if (!box.oneMap) embed(box);
  };
  document.addEventListener("DOMContentLoaded", () => heatmapsEmbed(document));
  document.addEventListener("htmx:afterSettle", ({ target }) => heatmapsEmbed(target));
  document.addEventListener("htmx:beforeCleanupElement", ({ target }) => target.oneMap?.remove());
})();
