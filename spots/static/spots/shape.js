/* Shapes in forms (templates/spots/shape.html): drawn from their GeoJSON, and changed by clicks. */
(() => {
  "use strict";

  const WORLD = [[-60, -180], [75, 180]];
  const dot = (_, place) => L.circleMarker(place, { radius: 8, weight: 3 });

  const show = (field) => {
    const text = field.querySelector(".shape-text");
    const map = L.map(field.querySelector(".shape-map"), { maxZoom: 18 });
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
      if (move) map.fitBounds(bounds && bounds.isValid() ? bounds : WORLD, { maxZoom: 15, padding: [20, 20] });
    };
    const write = (geometry) => {
      text.value = JSON.stringify(geometry);
      draw({ move: false });
    };

    draw({ move: true });
    text.addEventListener("input", () => draw({ move: true }));
    if (text.readOnly) return;
    if (field.dataset.type === "Point") {
      map.on("click", ({ latlng }) => write({ type: "Point", coordinates: [latlng.lng, latlng.lat] }));
    } else {
      drawArea(field, map, write);
    }
  };

  const drawArea = (field, map, write) => {
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
