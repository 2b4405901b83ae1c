// Placing one complaint on the map: proposals as buttons and dots, a click, or the map's centre.
// templates/includes/leaflet.html brings Leaflet and the street map under it.
"use strict";

(() => {
  const part = (name) => document.getElementById(`place-${name}`);
  const drawing = JSON.parse(part("drawing").textContent);
  const words = part("words").dataset;
  const [lat, lon, chosen, found] = ["lat", "lon", "chosen", "found"].map(part);

  const map = L.map(part("map"), { worldCopyJump: true });
  if (window.heatmapsBaseLayer) window.heatmapsBaseLayer(map);
  L.control.scale({ imperial: false }).addTo(map);

  const text = (words_) => {
    const span = document.createElement("span"); // as text: an address is not markup
    span.textContent = words_;
    return span;
  };

  // Houses that the registry knows
  const canvas = L.canvas({ padding: 0.5 });
  for (const [x, y, label] of drawing.houses) {
    L.circleMarker([y, x], {
      renderer: canvas,
      radius: 4,
      weight: 1,
      color: "#6b7280",
      fillColor: "#9ca3af",
      fillOpacity: 0.8,
    })
      .bindTooltip(text(label))
      .on("click", (event) => choose(event.latlng, "house", label))
      .addTo(map);
  }

  // The choice
  const pin = L.circleMarker([0, 0], {
    radius: 11,
    weight: 4,
    color: "#d55e00",
    fillColor: "#ffffff",
    fillOpacity: 0.4,
    interactive: false,
  });

  const draw = (at, label) => {
    pin.setLatLng(at).addTo(map).bringToFront();
    chosen.textContent = label || `${chosen.dataset.point}: ${at.lat.toFixed(5)}, ${at.lng.toFixed(5)}`;
    part("save").disabled = false;
  };

  const choose = (at, precision, label) => {
    lat.value = at.lat.toFixed(6);
    lon.value = at.lng.toFixed(6);
    if (precision) document.querySelector(`[name=precision][value=${precision}]`).checked = true;
    for (const button of found.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.dataset.label === label));
    }
    draw(at, label);
  };

  const typed = () => {
    const at = [lat.valueAsNumber, lon.valueAsNumber];
    if (at.some(Number.isNaN)) return;
    draw(L.latLng(at), "");
    map.panTo(at);
  };
  lat.addEventListener("change", typed);
  lon.addEventListener("change", typed);

  map.on("click", (event) => choose(event.latlng.wrap(), null, ""));
  part("centre").addEventListener("click", () => choose(map.getCenter().wrap(), null, ""));

  // Proposals
  const dots = L.layerGroup().addTo(map);
  const ZOOMS = { house: 17, street: 16, locality: 12 };

  const propose = (places) => {
    dots.clearLayers();
    const take = (place) => {
      const at = L.latLng(place.lat, place.lon);
      choose(at, place.precision, place.label);
      map.setView(at, Math.max(map.getZoom(), ZOOMS[place.precision]));
    };
    found.replaceChildren(
      ...places.map((place) => {
        const item = document.createElement("li");
        const button = document.createElement("button");
        const label = document.createElement("b");
        const facts = document.createElement("small");
        label.textContent = place.label;
        facts.textContent = `${words[place.precision]} · ${place.score} %`;
        button.type = "button";
        button.dataset.label = place.label;
        button.setAttribute("aria-pressed", "false");
        button.append(label, facts);
        button.addEventListener("click", () => take(place));
        item.append(button);
        L.circleMarker([place.lat, place.lon], {
          radius: 8,
          weight: 2,
          color: "#ffffff",
          fillColor: "#0072b2",
          fillOpacity: 1,
        })
          .bindTooltip(text(place.label))
          .on("click", (event) => {
            L.DomEvent.stopPropagation(event);
            take(place);
          })
          .addTo(dots);
        return item;
      }),
    );
    part("none").hidden = places.length > 0;
  };

  const show = (places) => {
    if (places.length === 0) return;
    const bounds = L.latLngBounds(places.map((place) => [place.lat, place.lon]));
    map.fitBounds(bounds.pad(0.2), { maxZoom: 16 });
  };

  const [west, south, east, north] = drawing.extent;
  map.fitBounds([[south, west], [north, east]]);
  propose(drawing.places);
  show(drawing.places);
  part("save").disabled = true;
  chosen.textContent = chosen.dataset.nothing;
  typed();

  // Another spelling: asked for with POST, because an address is not for a server's log
  const search = part("search");
  let asked = 0;
  let timer = 0;
  const ask = async () => {
    const mine = ++asked;
    const wanted = new FormData(search);
    if (!wanted.get("text").trim()) {
      propose(drawing.places);
      return;
    }
    const answer = await fetch(drawing.suggest, { method: "POST", body: wanted });
    if (!answer.ok || mine !== asked) return;
    const { places } = await answer.json();
    propose(places);
    show(places);
  };
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 250);
  });
  search.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    ask();
  });
})();
