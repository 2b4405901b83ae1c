"""How long Chromium takes to draw a viewport, with everything that the map page asks for."""

import os
from dataclasses import dataclass

from django.core.cache import caches
from django.test import Client
from playwright.sync_api import Browser, sync_playwright

from heatmaps_project.bench.serving import serving
from heatmaps_project.bench.tiles.filling import MIDDLE
from heatmaps_project.bench.tiles.timing import HEIGHT, WIDTH

FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
LAYERS = "spots,heat,events,sites,4G,singles"
TIMES = 2
# Moves there from far away, and waits until no layer is loading and the spots have come.
DRAW = """
    async ([lat, lon, zoom]) => {
        const { one, page } = window.heatmapsPage;
        one.map.setView([lat + 20, lon], zoom, { animate: false });
        await new Promise((done) => setTimeout(done, 500));
        const spots = new Promise((done) =>
            page.addEventListener("map:spots", done, { once: true }));
        const began = performance.now();
        one.map.setView([lat, lon], zoom, { animate: false });
        await spots;
        const layers = [];
        one.map.eachLayer((layer) => layers.push(layer));
        while (layers.some((layer) => layer.isLoading && layer.isLoading())) {
            await new Promise(requestAnimationFrame);
        }
        await new Promise(requestAnimationFrame);
        return performance.now() - began;
    }
"""


@dataclass(frozen=True)
class Drawn:
    """Seconds, the worst of TIMES; the browser, its scripts loaded, has no tile in either."""

    cold: float  # nor has the server
    kept: float  # the server has drawn the same tiles for somebody


def drawn(client: Client, *, zooms: list[int], hours: int) -> dict[int, Drawn]:
    """Return by zoom how long a viewport takes, with the web server as it runs in production."""
    # Told before the server starts: static files need not have been collected.
    os.environ["STATIC_FROM_SOURCE"] = "1"
    with serving() as server, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        drawing = _Drawing(browser, server.url, client.cookies["sessionid"].value, hours)
        drawing.seconds(zooms[0])  # templates and statements are compiled
        found = {zoom: drawing.worst(zoom) for zoom in zooms}
        browser.close()
    return found


@dataclass(frozen=True)
class _Drawing:
    browser: Browser
    url: str
    session: str
    hours: int

    def worst(self, zoom: int) -> Drawn:
        cold, kept = [], []
        for _ in range(TIMES):
            caches["tiles"].clear()
            cold.append(self.seconds(zoom))
            kept.append(self.seconds(zoom))
        return Drawn(max(cold), max(kept))

    def seconds(self, zoom: int) -> float:
        """Open the map far away, with a browser's cache of its own, and move it there."""
        lon, lat = MIDDLE
        context = self.browser.new_context(viewport={"width": WIDTH, "height": HEIGHT})
        context.add_cookies([{"name": "sessionid", "value": self.session, "url": self.url}])
        page = context.new_page()
        page.goto(f"{self.url}/map/#{zoom}/{lat + 20}/{lon}/{LAYERS}/{self.hours}/")
        page.wait_for_function("window.heatmapsPage")
        took = page.evaluate(DRAW, [lat, lon, zoom]) / 1000
        context.close()
        return float(took)
