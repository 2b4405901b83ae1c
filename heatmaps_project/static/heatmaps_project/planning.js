// Places where spots return, drawn over the one map: those of the list, or the one of the page.
(() => {
  "use strict";

  const look = (band) => ({ className: `spot-outline band-${band}` });

  const words = (box, { place, spots, complaints, worth, id }) => {
    const told = document.createElement("div"); // as text: a name is not markup
    const link = document.createElement("a");
    link.href = box.dataset.page.replace("/0/", `/${id}/`);
    link.textContent = place || `№ ${id}`;
    const counts = document.createElement("p");
    counts.textContent = `${spots} ${box.dataset.spots}, ${complaints} ${box.dataset.complaints}`;
    told.append(link, counts);
    return told;
  };

  const draw = (box, map, shapes) => {
    const layer = L.geoJSON(shapes, {
      style: ({ properties }) => look(properties?.band ?? box.dataset.band),
      onEachFeature: ({ properties }, drawn) => {
        if (properties?.id) drawn.bindPopup(words(box, properties));
      },
    }).addTo(map);
    const bounds = layer.getBounds();
    if (bounds.isValid()) map.fitBounds(bounds, { maxZoom: 14, padding: [20, 20] });
  };

  const show = async (box) => {
    const { map } = box.querySelector(".one-map").oneMap;
    if (box.dataset.shape) {
      const geometry = JSON.parse(document.getElementById(box.dataset.shape).textContent);
      draw(box, map, { type: "Feature", properties: {}, geometry });
      return;
    }
    const answer = await fetch(box.dataset.places);
    if (answer.ok) draw(box, map, await answer.json());
  };

  document.addEventListener("DOMContentLoaded", () => {
    for (const box of document.querySelectorAll(".planning-map")) show(box);
  });
})();
