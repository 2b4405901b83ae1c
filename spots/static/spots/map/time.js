/*
 * The time bar under the map: any moment of the last hours to months, and a film of them.
 *
 *   const time = heatmapsTime(bar, {language, timeZone, words, onMoment})
 *     time.at              a Date, or null: now
 *     time.set(at, hours)  goes to a moment of the last so many hours
 *     time.play(on)        on undefined: the other way
 *
 * onMoment(at) is called when the moment changes.
 */
(() => {
  "use strict";

  const STEPS = 96;
  const FRAME_MS = 900;
  const HOUR_MS = 3_600_000;

  window.heatmapsTime = (bar, { language, timeZone, words, onMoment }) => {
    const slider = bar.querySelector("[name=moment]");
    const range = bar.querySelector("[name=range]");
    const player = bar.querySelector(".map-play");
    const said = bar.querySelector("output");
    const clock = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short", timeZone });
    slider.max = STEPS;
    let at = null;
    let until = new Date();
    let film = null;

    // Whole steps from the same clock: neighbours in time ask for the same pictures.
    const stepMs = () => (Number(range.value) * HOUR_MS) / STEPS;
    const moment = (step) => new Date(Math.floor(until / stepMs()) * stepMs() - (STEPS - 1 - step) * stepMs());
    const tell = () => {
      const text = at ? clock.format(at) : words.now;
      said.textContent = at ? `${words.asOf} ${text}` : text;
      slider.setAttribute("aria-valuetext", text);
      bar.classList.toggle("past", Boolean(at));
    };
    const go = () => {
      const step = Number(slider.value);
      if (step === STEPS) until = new Date();
      at = step === STEPS ? null : moment(step);
      tell();
      onMoment(at);
    };
    const play = (wanted = !film) => {
      if (!wanted) {
        clearInterval(film);
        film = null;
      } else if (!film) {
        if (Number(slider.value) === STEPS) slider.value = 0;
        go();
        film = setInterval(() => {
          slider.value = Number(slider.value) + 1;
          if (Number(slider.value) === STEPS) play(false);
          go();
        }, FRAME_MS);
      }
      player.textContent = film ? "❚❚" : "▶";
      player.setAttribute("aria-label", film ? words.pause : words.play);
    };
    const set = (wanted, hours) => {
      const options = [...range.options].map((option) => Number(option.value));
      range.value = options.find((most) => most >= hours) ?? options.at(-1);
      until = new Date();
      slider.value = wanted ? Math.max(0, Math.min(STEPS - 1, STEPS - 1 - Math.round((until - wanted) / stepMs()))) : STEPS;
      at = wanted;
      tell();
    };

    slider.addEventListener("input", () => {
      play(false);
      go();
    });
    range.addEventListener("change", () => {
      play(false);
      slider.value = STEPS;
      go();
    });
    player.addEventListener("click", () => play());
    bar.querySelector(".map-now").addEventListener("click", () => {
      play(false);
      slider.value = STEPS;
      go();
    });
    tell();
    return {
      set,
      play,
      get at() {
        return at;
      },
      get range() {
        return range.value;
      },
    };
  };
})();
