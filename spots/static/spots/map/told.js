/*
 * What data_layer.js draws at a place, in words.
 *
 *   heatmapsTold(layer, place, settings)  a block of lines, for a popup; null: nothing is there
 */
(() => {
  "use strict";

  // What is drawn at a place, as lines of text: names are not markup.
  const TOLD = {
    coverage: ({ technology, level }, words) => `${technology} · ${words[level]}`,
    event_marks: ({ kind, title, starts, ends }, words, clock) => {
      const until = ends ? clock.format(new Date(ends * 1000)) : words.endless;
      return `${words[kind]}: ${title} (${clock.format(new Date(starts * 1000))} – ${until})`;
    },
    sites: ({ code, name, has }, words) => (code ? `${words.site} ${code} ${name} · ${has}` : ""),
    surplus: ({ observed, expected }, words) =>
      `${words.observed}: ${observed}, ${words.usual}: ${expected.toLocaleString(document.documentElement.lang)}`,
    surveys: ({ failed, tried }, words) => `${words.surveys}: ${failed} / ${tried}`,
    counters: ({ failed, tried }, words) => `${words.counters}: ${failed} / ${tried}`,
    singles: ({ id, cases, band }, words) => (id ? `${words.single} № ${id}, P${band}` : `${words.singles}: ${cases}`),
  };
  window.heatmapsTold = (layer, { lat, lng }, { words, language, timeZone }) => {
    const clock = new Intl.DateTimeFormat(language, { dateStyle: "short", timeStyle: "short", timeZone });
    const lines = new Set();
    for (const found of layer.queryTileFeaturesDebug(lng, lat).values()) {
      for (const { feature, layerName } of found) {
        const line = TOLD[layerName]?.(feature.props, words, clock);
        if (line) lines.add(line);
      }
    }
    if (!lines.size) return null;
    const block = document.createElement("div");
    for (const text of lines) block.append(Object.assign(document.createElement("div"), { textContent: text }));
    return block;
  };
})();
