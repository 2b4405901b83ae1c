/*
 * What every map can do beside showing: fill the screen, and measure a way.
 *
 *   heatmapsTools(map, {frame})   adds the buttons; `frame` is what fills the screen (the map)
 *     .measure(on)                on undefined: the other way
 *     .fullScreen()
 *
 * Their words are in templates/includes/leaflet.html.
 */
(() => {
  "use strict";

  const words = document.currentScript.dataset;

  const button = (label, sign, keys, onClick) => {
    const made = document.createElement("a");
    made.href = "#";
    made.role = "button";
    made.title = `${label} (${keys})`;
    made.setAttribute("aria-label", label);
    made.setAttribute("aria-keyshortcuts", keys);
    const icon = document.createElement("span");
    icon.className = "material-symbols-outlined"; // the admin's own icons
    icon.textContent = sign;
    made.append(icon);
    L.DomEvent.disableClickPropagation(made);
    made.addEventListener("click", (event) => {
      event.preventDefault();
      onClick();
    });
    return made;
  };

  const inWords = (metres) => {
    const language = document.documentElement.lang;
    const number = (value, digits) => value.toLocaleString(language, { maximumFractionDigits: digits });
    return metres < 1000 ? `${number(metres, 0)} ${words.metres}` : `${number(metres / 1000, 2)} ${words.kilometres}`;
  };

  window.heatmapsTools = (map, { frame = map.getContainer() } = {}) => {
    const fullScreen = () => {
      if (document.fullscreenElement) document.exitFullscreen();
      else frame.requestFullscreen?.();
    };
    document.addEventListener("fullscreenchange", () => map.invalidateSize());

    // Measuring: a click, or Enter for the middle of the map, adds a corner of the way.
    let way = null;
    let said = null;
    const told = () => {
      const corners = way.getLatLngs();
      let metres = 0;
      for (let i = 1; i < corners.length; i += 1) metres += corners[i - 1].distanceTo(corners[i]);
      said.textContent = corners.length > 1 ? inWords(metres) : words.measureHow;
    };
    const add = (place) => {
      way.addLatLng(place);
      L.circleMarker(place, { radius: 4, className: "map-measured", interactive: false }).addTo(way.dots);
      told();
    };
    const onClick = ({ latlng }) => add(latlng);
    const onKey = (event) => {
      if (event.key === "Enter" && event.target === map.getContainer()) add(map.getCenter());
      else if (event.key === "Escape") measure(false);
      else return;
      event.stopPropagation();
    };
    const measure = (wanted = !way) => {
      if (wanted === Boolean(way)) return;
      ruler.setAttribute("aria-pressed", String(wanted));
      map.getContainer().classList.toggle("map-measures", wanted);
      if (wanted) {
        way = L.polyline([], { className: "map-measured", interactive: false }).addTo(map);
        way.dots = L.layerGroup().addTo(map);
        said = L.DomUtil.create("output", "map-measure", map.getContainer());
        told();
        map.on("click", onClick);
        map.getContainer().addEventListener("keydown", onKey);
      } else {
        way.dots.remove();
        way.remove();
        said.remove();
        way = null;
        map.off("click", onClick);
        map.getContainer().removeEventListener("keydown", onKey);
      }
    };

    const bar = L.control({ position: "topleft" });
    const ruler = button(words.measure, "straighten", "m", () => measure());
    ruler.setAttribute("aria-pressed", "false");
    bar.onAdd = () => {
      const box = L.DomUtil.create("div", "leaflet-bar map-tools");
      if (document.fullscreenEnabled) box.append(button(words.fullScreen, "fullscreen", "f", fullScreen));
      box.append(ruler);
      return box;
    };
    bar.addTo(map);
    return { measure, fullScreen, measures: () => Boolean(way) };
  };
})();
