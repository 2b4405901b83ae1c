// Choosing complaints to regroup: on the map and in the list beside it, which are one choice.
"use strict";

(() => {
  const box = document.querySelector(".regroup-map");
  const form = document.getElementById("regroup-form");
  if (!box || !form || !window.L) return;
  const drawing = JSON.parse(document.getElementById(box.dataset.drawing).textContent);
  const flip = ([lon, lat]) => [lat, lon];
  const colour = (name) => getComputedStyle(document.getElementById("regroup")).getPropertyValue(name).trim();

  const boxes = new Map([...document.querySelectorAll(".regroup-list input")].map((one) => [one.value, one]));
  const own = [...boxes.values()].filter((one) => !("free" in one.dataset));
  const free = [...boxes.values()].filter((one) => "free" in one.dataset);
  const chosen = (some) => some.filter((one) => one.checked);

  const one = heatmapsMap(box, { settings: heatmapsMapSettings(), popups: false });
  const { map } = one;
  map.doubleClickZoom.disable(); // it ends a lasso
  const canvas = L.canvas({ padding: 0.5 });

  const number = (text) => {
    const span = document.createElement("span"); // as text: a name is not markup
    span.textContent = text;
    return span;
  };
  const outline = L.polygon(drawing.outline.map(flip), { weight: 2, fillOpacity: 0.06, interactive: false });
  outline.addTo(map);
  const other = form.elements.other;
  const lines = new Map();
  for (const one of drawing.neighbours) {
    const line = L.polygon(one.outline.map(flip), { weight: 2, dashArray: "6 5", fillOpacity: 0.04 });
    line.bindTooltip(number(`№ ${one.number}`), { permanent: true, direction: "center", className: "regroup-number" });
    line.on("click", () => {
      other.value = String(one.number);
      apply();
    });
    lines.set(String(one.number), line.addTo(map));
  }

  const dots = drawing.dots.map(([id, lon, lat, isFree]) => {
    const input = boxes.get(String(id));
    const dot = L.circleMarker([lat, lon], { renderer: canvas, radius: 6 }).addTo(map);
    dot.on("click", () => {
      input.checked = !input.checked;
      apply();
    });
    return { dot, input, isFree };
  });

  const paint = ({ dot, input, isFree }) => {
    const main = colour(isFree ? "--free" : "--own");
    dot.setStyle(
      input.checked
        ? { color: colour("--strong"), weight: 2, fillColor: colour("--chosen"), fillOpacity: 1 }
        : { color: main, weight: 2, fillColor: main, fillOpacity: isFree ? 0 : 0.8 },
    );
  };
  const apply = () => {
    const counts = { own: chosen(own).length, free: chosen(free).length };
    for (const place of form.querySelectorAll("[data-count]")) place.textContent = counts[place.dataset.count];
    const has = {
      some: counts.own > 0,
      free: counts.free > 0,
      other: Boolean(other && other.value),
    };
    for (const button of form.querySelectorAll("[data-needs]")) {
      button.disabled = !button.dataset.needs.split(" ").every((need) => has[need]);
    }
    form.elements.complaints.value = [...chosen(own), ...chosen(free)].map((one) => one.value).join(",");
    dots.forEach(paint);
    outline.setStyle({ color: colour("--own") });
    for (const [id, line] of lines) {
      const isOther = has.other && other.value === id;
      line.setStyle({ color: colour(isOther ? "--chosen" : "--free"), weight: isOther ? 4 : 2 });
    }
  };

  const less = document.getElementById("regroup-less");
  const take = heatmapsLasso(map, (holds) => {
    for (const { dot, input } of dots) {
      if (holds(dot.getLatLng())) input.checked = !less.checked;
    }
    apply();
  });
  const tools = [...document.querySelectorAll("[data-tool]")];
  const pick = (tool) => {
    for (const button of tools) button.setAttribute("aria-pressed", String(button.dataset.tool === tool));
    take(tool);
  };
  for (const button of tools) button.addEventListener("click", () => pick(button.dataset.tool));
  document.getElementById("regroup-clear").addEventListener("click", () => {
    for (const input of boxes.values()) input.checked = false;
    apply();
  });
  document.querySelector(".regroup-list").addEventListener("change", apply);
  if (other) {
    other.addEventListener("change", () => {
      const line = lines.get(other.value);
      if (line) map.fitBounds(outline.getBounds().extend(line.getBounds()).pad(0.1));
      apply();
    });
  }

  for (const id of form.elements.complaints.value.split(",")) {
    if (boxes.has(id)) boxes.get(id).checked = true;
  }
  const extent = L.latLngBounds(drawing.outline.map(flip));
  for (const { dot, isFree } of dots) if (!isFree) extent.extend(dot.getLatLng());
  map.fitBounds(extent.isValid() ? extent.pad(0.2) : L.latLng(flip(drawing.centre)).toBounds(1000), { maxZoom: 16 });
  one.choose(new Set());
  pick("lasso");
  apply();
  heatmapsTheme.onChange(apply);
})();
