// “Try on the last 30 days”: the answer is shown under the form, which stays as it is typed.
// Without this script the answer is a page of its own (templates/admin/spots/routingrule/tried.html).
"use strict";

(() => {
  const words = (text) => {
    const span = document.createElement("span"); // as text: a name is not markup
    span.textContent = text;
    return span;
  };

  const draw = (place) => {
    const box = place.querySelector(".routing-map");
    const drawing = place.querySelector("#routing-drawing");
    if (!box || !drawing || !window.L) return;
    const map = L.map(box);
    heatmapsBaseLayer(map);
    const dots = JSON.parse(drawing.textContent).map(([row, lon, lat, name]) => {
      const dot = L.circleMarker([lat, lon], { className: "routing-dot", radius: 7 });
      dot.bindTooltip(words(name)).addTo(map).on("click", () => {
        for (const line of place.querySelectorAll(".routing-chosen")) line.classList.remove("routing-chosen");
        const line = place.querySelector(`tr[data-row="${row}"]`);
        line.classList.add("routing-chosen");
        line.scrollIntoView({ block: "nearest" });
      });
      return dot;
    });
    map.fitBounds(L.featureGroup(dots).getBounds().pad(0.2), { maxZoom: 13 });
  };

  const place = document.getElementById("routing-tried");
  if (!place) return;
  draw(place);

  const button = document.getElementById("routing-try");
  let inPlace = true;
  button?.addEventListener("click", async (event) => {
    if (!inPlace) return;
    event.preventDefault();
    button.disabled = true;
    place.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(button.formAction, { method: "POST", body: new FormData(button.form) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const tried = page.getElementById("routing-tried");
      if (!tried) throw new Error(answer.statusText); // signed out, or an error of the server
      place.className = tried.className;
      place.replaceChildren(...tried.childNodes);
      draw(place);
      place.scrollIntoView({ block: "nearest", behavior: "smooth" });
    } catch {
      inPlace = false; // as a page of its own, which says what is wrong
      button.disabled = false;
      button.click();
    } finally {
      button.disabled = false;
      place.removeAttribute("aria-busy");
    }
  });
})();
