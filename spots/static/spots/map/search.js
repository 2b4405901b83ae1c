/*
 * The search of the map page: an address, a number of a spot, a customer. What is typed is posted,
 * never in an address: it may be a customer's.
 *
 *   heatmapsSearch(form, map, words)
 */
(() => {
  "use strict";

  window.heatmapsSearch = (form, map, words) => {
    const field = form.querySelector("[type=search]");
    const list = form.querySelector(".map-found");
    let mark = null;

    const clear = () => {
      list.replaceChildren();
      list.hidden = true;
    };
    const say = (said) => {
      list.hidden = false;
      list.replaceChildren(Object.assign(document.createElement("li"), { textContent: said }));
    };
    const go = ({ label, lon, lat, zoom }) => {
      mark?.remove();
      const icon = L.divIcon({ className: "map-here", iconSize: [18, 18] });
      mark = L.marker([lat, lon], { icon, title: label, alt: label, zIndexOffset: 100_000 }).addTo(map);
      mark.bindPopup(Object.assign(document.createElement("span"), { textContent: label }));
      map.setView([lat, lon], zoom);
      clear();
      map.getContainer().focus({ preventScroll: true });
    };
    const tell = (found) => {
      list.hidden = false;
      if (!found.length) list.replaceChildren(Object.assign(document.createElement("li"), { textContent: words.nothingFound }));
      else if (found.length === 1) go(found[0]);
      else {
        list.replaceChildren(
          ...found.map((one) => {
            const item = document.createElement("li");
            const choice = Object.assign(document.createElement("button"), { type: "button", textContent: one.label });
            choice.addEventListener("click", () => go(one));
            item.append(choice);
            return item;
          }),
        );
        list.querySelector("button").focus();
      }
    };

    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (!field.value.trim()) return;
      try {
        const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
        if (answer.status === 429) say((await answer.json()).refusal);
        else if (!answer.ok) throw new Error(String(answer.status));
        else tell((await answer.json()).found);
      } catch {
        say(words.unreachable);
      }
    });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        clear();
        field.focus();
        event.stopPropagation();
      } else if (["ArrowDown", "ArrowUp"].includes(event.key)) {
        const choices = [field, ...list.querySelectorAll("button")];
        const next = choices[choices.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)];
        if (!next) return;
        next.focus();
        event.preventDefault();
      }
    });
    return { focus: () => field.select() };
  };
})();
