// Drawing a loop or a rectangle on a Leaflet map, with mouse, pen or finger.
"use strict";

(() => {
  // Whether a place lies in a loop; both in pixels. An odd number of edges to its right: it does.
  const isInside = ({ x, y }, loop) => {
    let inside = false;
    for (let i = 0, j = loop.length - 1; i < loop.length; j = i++) {
      const [a, b] = [loop[i], loop[j]];
      if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) inside = !inside;
    }
    return inside;
  };

  /*
   * heatmapsLasso(map, onLoop)   returns a function that takes the tool: "lasso", "box" or "move"
   * onLoop(holds)                called with a function: does a place (L.LatLng) lie in the loop?
   */
  window.heatmapsLasso = (map, onLoop) => {
    const box = map.getContainer();
    let tool = "move";
    let loop = null; // container points; null: nothing is being drawn
    let line = null;

    const corners = ([from, to]) => [from, L.point(to.x, from.y), to, L.point(from.x, to.y)];
    const shape = () => (tool === "box" ? corners([loop[0], loop.at(-1)]) : loop);
    const show = () => line.setLatLngs(shape().map((point) => map.containerPointToLatLng(point)));

    const begin = (event) => {
      if (tool === "move" || event.button || !event.isPrimary) return;
      if (event.target.closest(".leaflet-control")) return;
      event.preventDefault();
      box.setPointerCapture(event.pointerId);
      loop = [map.mouseEventToContainerPoint(event)];
      line = L.polygon([], { interactive: false, weight: 2, dashArray: "6 4", fillOpacity: 0.1 });
      line.addTo(map);
    };
    const go = (event) => {
      if (!loop || !event.isPrimary) return;
      loop.push(map.mouseEventToContainerPoint(event));
      show();
    };
    const end = () => {
      if (!loop) return;
      const drawn = shape();
      const moved = loop.some((point) => point.distanceTo(loop[0]) > 4);
      line.remove();
      loop = null;
      if (moved) onLoop((place) => isInside(map.latLngToContainerPoint(place), drawn));
    };
    const drop = () => {
      if (loop) line.remove();
      loop = null;
    };
    box.addEventListener("pointerdown", begin);
    box.addEventListener("pointermove", go);
    box.addEventListener("pointerup", end);
    box.addEventListener("pointercancel", drop);

    return (chosen) => {
      drop();
      tool = chosen;
      const draws = tool !== "move";
      box.classList.toggle("regroup-draws", draws);
      map.dragging[draws ? "disable" : "enable"]();
      map.boxZoom[draws ? "disable" : "enable"]();
    };
  };
})();
