/* The lookup page: a small map with the answer, and copying the sentence to say. */
(() => {
  "use strict";

  const copy = async (button) => {
    const text = document.getElementById(button.dataset.copies).textContent;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Browsers keep the clipboard from pages without HTTPS; the older way still works there.
      const box = document.body.appendChild(document.createElement("textarea"));
      box.value = text;
      box.select();
      document.execCommand("copy");
      box.remove();
    }
    const label = button.innerHTML;
    button.textContent = button.dataset.copied;
    setTimeout(() => (button.innerHTML = label), 1500);
  };

  let spots = null;
  const showAnswer = () => {
    if (spots) spots.show(false);
    spots = null;
    const frame = document.getElementById("lookup-map");
    if (!frame) return;
    const place = [Number(frame.dataset.lat), Number(frame.dataset.lon)];
    const map = L.map(frame, { maxZoom: 18, scrollWheelZoom: false }).setView(place, 14);
    heatmapsBaseLayer(map);
    const here = L.divIcon({ className: "lookup-place", iconSize: [18, 18] });
    L.marker(place, { icon: here, keyboard: false, zIndexOffset: 100_000 }).addTo(map);
    spots = heatmapsSpots(map, { url: frame.dataset.spots, onLoad: () => {} });
    spots.show(true);
    document.querySelector(".lookup-copy").focus({ preventScroll: true });
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest(".lookup-copy");
    if (button) copy(button);
  });
  document.addEventListener("keydown", (event) => {
    const first = document.querySelector(".lookup-copy");
    const field = document.getElementById("id_address");
    if (event.altKey && event.code === "KeyC" && first) {
      event.preventDefault();
      copy(first);
    } else if (event.key === "/" && event.target !== field) {
      event.preventDefault();
      field.select();
    }
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id === "answer") showAnswer();
  });
  showAnswer();
})();
