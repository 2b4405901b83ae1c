"""How long Chromium takes to draw a viewport, with everything that the map page asks for."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.cache import caches
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.test import Client
from playwright.sync_api import sync_playwright

from heatmaps_project.bench.pages.filling import LAT, LON
from heatmaps_project.bench.tiles.filling import HIGH, WIDE
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


def drawn(client: Client, *, zooms: list[int], hours: int) -> dict[int, float]:
    """Seconds by zoom, the worst of TIMES, no tile kept on the server or in the browser."""
    lon, lat = LON + WIDE / 2 + 0.004, LAT + HIGH / 2 + 0.004
    found = {}
    with _served() as url, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for zoom in zooms:
            times = []
            for _ in range(TIMES):
                caches["tiles"].clear()
                context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT})
                cookie = client.cookies["sessionid"].value
                context.add_cookies([{"name": "sessionid", "value": cookie, "url": url}])
                page = context.new_page()
                page.goto(f"{url}/map/#{zoom}/{lat + 20}/{lon}/{LAYERS}/{hours}/")
                page.wait_for_function("window.heatmapsPage")
                times.append(page.evaluate(DRAW, [lat, lon, zoom]) / 1000)
                context.close()
            found[zoom] = max(times)
        browser.close()
    return found


class _Silent(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing: the bench's table is the output."""


@contextmanager
def _served() -> Iterator[str]:
    """The application on a free port, with its static files."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), _Silent, allow_reuse_address=False)
    server.set_app(StaticFilesHandler(get_wsgi_application()))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
