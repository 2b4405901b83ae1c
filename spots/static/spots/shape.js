/* Shapes in forms (templates/spots/shape.html): drawn from their GeoJSON, and changed by clicks. */
(() => {
  "use strict";

  const WORLD = [[-60, -180], [75, 180]];
  const dot = (_, place) => L.circleMarker(place, { radius: 8, weight: 3 });

  const show = (field) => {
    const text = field.querySelector(".shape-text");
    const map = L.map(field.querySelector(".shape-map"), { maxZoom: 18 });
    const [west, south, east, north] = (field.dataset.extent || "").split(" ").map(Number);
    const start = field.dataset.extent ? [[south, west], [north, east]] : WORLD;
    heatmapsBaseLayer(map);
    let drawn = L.layerGroup().addTo(map);

    const draw = ({ move }) => {
      drawn.clearLayers();
      let bounds = null;
      try {
        const shape = L.geoJSON(JSON.parse(text.value), { pointToLayer: dot }).addTo(drawn);
        bounds = shape.getBounds();
      } catch {
        // Empty, or half typed: there is nothing to draw yet.
      }
      if (move) map.fitBounds(bounds && bounds.isValid() ? bounds : start, { maxZoom: 15, padding: [20, 20] });
    };
    const write = (geometry) => {
      text.value = JSON.stringify(geometry);
      draw({ move: false });
    };

    const around = field.querySelector("script[type='application/json']");
    if (around) drawAround(JSON.parse(around.textContent), JSON.parse(text.value), map);
    else draw({ move: true });
    text.addEventListener("input", () => draw({ move: true }));
    if (text.readOnly) return;
    if (field.dataset.type === "Point") {
      map.on("click", ({ latlng }) => write({ type: "Point", coordinates: [latlng.lng, latlng.lat] }));
    } else {
      drawArea(field, map, write);
    }
  };

  // Colours as in the legend (map.css): told apart by people who see no red or green as well.
  const LOOKS = {
    house: { color: "#0072b2", fillColor: "#0072b2", fillOpacity: 0.5, weight: 1 },
    complaint: { color: "#d55e00", fillColor: "#d55e00", fillOpacity: 0.5, weight: 1 },
    here: { color: "#cc79a7", fill: false, weight: 4, interactive: false },
  };
  const words = (said) => {
    const span = document.createElement("span"); // as text: a name is not markup
    span.textContent = said;
    return span;
  };

  const drawAround = ({ radius_m: radius, layers }, { coordinates: [lon, lat] }, map) => {
    const ring = L.circle([lat, lon], { radius, fill: false, color: "#6b7280", dashArray: "4 4", weight: 2 });
    ring.addTo(map);
    L.control.scale({ imperial: false }).addTo(map);
    map.fitBounds(L.latLng(lat, lon).toBounds(2.2 * radius));
    const counted = layers.filter(({ kind }) => kind === "complaint").flatMap(({ dots }) => dots);
    const most = Math.max(1, ...counted.map((dot) => dot[3]));
    const sizeOf = { house: () => 4, here: () => 9, complaint: (count) => 4 + 14 * Math.sqrt(count / most) };
    for (const { kind, dots } of layers) {
      for (const [x, y, said, count] of dots) {
        // Complaints by area, so that a hundred of them do not hide the houses under them.
        const looks = { radius: sizeOf[kind](count), ...LOOKS[kind] };
        L.circleMarker([y, x], looks).bindTooltip(words(said)).addTo(map);
      }
    }
  };

  const drawArea = (field, map, write) => {
    const text = field.querySelector(".shape-text");
    const start = field.querySelector(".shape-draw");
    const done = field.querySelector(".shape-done");
    const sketch = L.polyline([], { dashArray: "6 4" }).addTo(map);
    let corners = null; // null: nothing is being drawn

    start.addEventListener("click", () => {
      corners = [];
      sketch.setLatLngs([]);
      done.disabled = true;
    });
    map.on("click", ({ latlng }) => {
      if (!corners) return;
      corners.push([latlng.lng, latlng.lat]);
      sketch.addLatLng(latlng);
      done.disabled = corners.length < 3;
    });
    field.querySelector(".shape-remove")?.addEventListener("click", () => {
      corners = null;
      sketch.setLatLngs([]);
      done.disabled = true;
      text.value = "";
      text.dispatchEvent(new Event("input"));
    });
    done.addEventListener("click", () => {
      const ring = [...corners, corners[0]];
      const multi = field.dataset.type === "MultiPolygon";
      write({ type: field.dataset.type, coordinates: multi ? [[ring]] : [ring] });
      corners = null;
      sketch.setLatLngs([]);
      done.disabled = true;
    });
  };

  document.querySelectorAll(".shape").forEach(show);
})();
