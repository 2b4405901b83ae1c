/*
 * Spots on a Leaflet map: an outline, and a badge with the priority band and how many customers.
 *
 *   const spots = heatmapsSpots(map, {url, pageUrl, words, language, timeZone, onLoad, grew});
 *   spots.show(true)   fetches the view's spots now, whenever the map moves, and every 15 seconds
 *   spots.show(false)  takes them away
 *   spots.at(moment)   a Date: as they were then; null: now
 *   spots.load()       fetches them anew
 *
 * `pageUrl` has a 0 where a spot's number goes; `words` are the popup's labels; onLoad(data) gets
 * each answer, or null when the server could not be reached; grew(spot) shows how one grew.
 */
(() => {
  "use strict";

  const WATCHED = new Set(["fixed", "verifying"]); // declared fixed, and yet to be proved so
  // The shape of a badge tells the state, as the legend says (map.css, templates/map.html).
  const SHAPES = {
    accepted: "worked",
    diagnosing: "worked",
    fixing: "worked",
    waiting: "worked waits",
    fixed: "fixed",
    verifying: "fixed",
  };
  const EVERY_MS = 15_000;
  const SMALLEST = 26; // pixels of a badge; each doubling of customers adds STEP
  const STEP = 4;
  const LARGEST = 58;

  const element = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };

  window.heatmapsSpots = (map, { url, pageUrl, words, language, timeZone, onLoad, grew }) => {
    // Without words there are no popups: the page itself says what it knows.
    const clock = new Intl.DateTimeFormat(language, {
      dateStyle: "medium",
      timeStyle: "short",
      timeZone,
    });
    const drawn = new Map(); // by the spot's number: {layer, as} where `as` is what it was drawn from
    let timer = null;
    let moment = null;
    let latest = 0; // number of the newest request: an older answer is dropped

    const badge = ({ band, customers, state }) => {
      const side = Math.min(LARGEST, SMALLEST + STEP * Math.log2(Math.max(1, customers)));
      const body = element("span", `spot-badge band-${band} ${SHAPES[state] ?? ""}`);
      const sign = WATCHED.has(state) ? "✓" : state === "waiting" ? `P${band}…` : `P${band}`;
      body.append(element("b", "", sign), " ", element("span", "", customers));
      return L.divIcon({ html: body, className: "spot-marker", iconSize: [side, side] });
    };

    const popup = (id, spot) => {
      const body = element("div", "spot-popup");
      const title = `№ ${id}` + (spot.place ? `, ${spot.place}` : "");
      body.append(element("strong", "", title));
      const facts = element("dl");
      const add = (label, value) => {
        if (value) facts.append(element("dt", "", label), element("dd", "", value));
      };
      add(words.state, `${spot.state_label}, P${spot.band}`);
      add(words.customers, String(spot.customers));
      if (!moment) {
        add(words.cause, spot.cause || words.unknown);
        add(words.promised, spot.eta_at ? clock.format(new Date(spot.eta_at)) : words.unknown);
      }
      add(words.since, clock.format(new Date(spot.started_at)));
      body.append(facts);
      if (pageUrl) {
        const link = element("a", "", words.open);
        link.href = pageUrl.replace("/0/", `/${id}/`);
        body.append(link);
      }
      if (grew) {
        const film = element("button", "spot-grew", words.grew);
        film.type = "button";
        film.addEventListener("click", () => grew(spot));
        body.append(film);
      }
      return body;
    };

    const draw = ({ id, geometry, properties: spot }) => {
      const outline = L.geoJSON(geometry, {
        interactive: false,
        className: `spot-outline band-${spot.band} ${WATCHED.has(spot.state) ? "fixed" : ""}`,
      });
      const [east, north] = spot.centre;
      const name = `№ ${id} ${spot.place}: ${spot.state_label}, P${spot.band}`;
      const marker = L.marker([north, east], {
        icon: badge(spot),
        title: name,
        zIndexOffset: (5 - spot.band) * 1000,
        riseOnHover: true,
        keyboard: Boolean(words),
      });
      if (words) marker.bindPopup(() => popup(id, spot));
      // What is read out begins with what is seen.
      marker.on("add", ({ target }) => {
        const seen = target.getElement();
        seen.setAttribute("aria-label", `${seen.textContent}. ${name}`);
      });
      return L.featureGroup([outline, marker]).addTo(map);
    };

    const redraw = (features) => {
      const present = new Set(features.map((feature) => feature.id));
      for (const [id, { layer }] of drawn) {
        if (!present.has(id)) {
          layer.remove();
          drawn.delete(id);
        }
      }
      for (const feature of features) {
        const as = JSON.stringify(feature);
        const before = drawn.get(feature.id);
        if (before && before.as === as) continue; // so that an open popup stays
        if (before) before.layer.remove();
        drawn.set(feature.id, { layer: draw(feature), as });
      }
    };

    const load = async () => {
      const number = ++latest;
      const view = map.getBounds().pad(0.2);
      const within = (value, most) => Math.max(-most, Math.min(most, value)).toFixed(5);
      const box = new URLSearchParams({
        west: within(view.getWest(), 180),
        south: within(view.getSouth(), 90),
        east: within(view.getEast(), 180),
        north: within(view.getNorth(), 90),
      });
      if (moment) box.set("at", heatmapsUtc(moment));
      let data = null;
      try {
        const answer = await fetch(`${url}?${box}`, { headers: { Accept: "application/geo+json" } });
        if (answer.ok) data = await answer.json();
      } catch {
        // The next try comes by itself; onLoad(null) says so to the reader.
      }
      if (number !== latest || timer === null) return;
      if (data) redraw(data.features);
      onLoad(data);
    };

    const show = (wanted) => {
      if (wanted === (timer !== null)) return;
      if (wanted) {
        timer = setInterval(load, EVERY_MS);
        map.on("moveend", load);
        load();
      } else {
        clearInterval(timer);
        timer = null;
        map.off("moveend", load);
        redraw([]);
      }
    };
    const at = (wanted) => {
      if (Number(wanted) === Number(moment)) return;
      moment = wanted;
      if (timer !== null) load();
    };
    return { show, at, load: () => timer !== null && load() };
  };
})();
