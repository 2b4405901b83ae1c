"""
Tiles of a viewport at each zoom: time beside the bare SQL of the same run, and bytes.

Through the application is as the web server calls it, until it has the last byte of the answer.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import asinh, pi, radians, tan
from time import perf_counter
from typing import Any

from django.core.cache import caches
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.test import Client, RequestFactory

from heatmaps_project.bench.tiles.filling import MIDDLE

ZOOMS = range(5, 19)
WIDTH, HEIGHT, TILE_PX = 1400, 900, 512  # of a window, and of a data tile on it
LAYERS = "coverage,events,sites,spots,heat,complaints,singles"
TIMES = 5
AS_A_BROWSER = {"Accept-Encoding": "gzip"}

Statement = tuple[str, Any]


@dataclass
class Viewport:
    """A window's tiles at a zoom of the map: seconds of each, and bytes of all."""

    zoom: int
    bare: list[float] = field(default_factory=list)
    cold: list[float] = field(default_factory=list)  # through the application, nothing kept
    kept: list[float] = field(default_factory=list)  # through the application, from its cache
    unchanged: list[float] = field(default_factory=list)  # 304
    size: int = 0


@dataclass(frozen=True)
class Got:
    """An answer: seconds until the server had its last byte, its name, and bytes."""

    seconds: float
    etag: str
    size: int


class Application:
    """The application as the web server calls it, for who is signed in with a client."""

    def __init__(self, client: Client) -> None:
        self._handler = WSGIHandler()
        self._requests = RequestFactory(headers={"Host": "localhost", **AS_A_BROWSER})
        self._requests.cookies = client.cookies

    def get(self, address: str, headers: dict[str, str] | None = None) -> Got:
        asked = self._requests.get(address, headers=headers or {}).environ
        with _one_connection():
            began = perf_counter()
            answer = self._handler(asked, _begun)
            size = sum(map(len, answer))
            took = perf_counter() - began
            answer.close()
        assert answer.status_code in (200, 304), answer.status_code
        return Got(took, answer["ETag"], size)


def _begun(_status: str, _headers: list[tuple[str, str]], _error: Any = None, /) -> Any:
    """What a server is told before the body comes."""
    return lambda _part: None


@contextmanager
def _one_connection() -> Iterator[None]:
    """One for all, as for the bare SQL: a web server has a pool of them."""
    signals = (request_started, request_finished)
    for one in signals:
        one.disconnect(close_old_connections)
    try:
        yield
    finally:
        for one in signals:
            one.connect(close_old_connections)


def tiles_at(zoom: int) -> list[tuple[int, int, int]]:
    """The data tiles of a window on the middle of the bench's ground: z, x, y."""
    z = max(0, zoom - 1)  # tiles are drawn twice as large as their own zoom
    lon, lat = MIDDLE
    side = 1 << z
    x = (lon + 180) / 360 * side
    y = (1 - asinh(tan(radians(lat))) / pi) / 2 * side
    across, down = WIDTH / TILE_PX / 2, HEIGHT / TILE_PX / 2
    return [
        (z, column, row)
        for column in range(max(0, int(x - across)), min(side - 1, int(x + across)) + 1)
        for row in range(max(0, int(y - down)), min(side - 1, int(y + down)) + 1)
    ]


def measured(zoom: int, client: Client, *, layers: str = LAYERS, hours: int) -> Viewport:
    """Time each tile TIMES times, bare and through the application in turn, and keep the best."""
    application, view = Application(client), Viewport(zoom)
    for z, x, y in tiles_at(zoom):
        _measure(f"/tiles/data/{z}/{x}/{y}.mvt?hours={hours}&layers={layers}", application, view)
    return view


def _measure(address: str, application: Application, view: Viewport) -> None:
    statements = _statements(application, address)
    rounds = [_round(application, address, statements) for _ in range(TIMES)]
    bare, cold = (min(times) for times in zip(*rounds, strict=True))
    view.bare.append(bare)
    view.cold.append(cold)
    tile = application.get(address)
    view.kept.append(tile.seconds)
    view.unchanged.append(application.get(address, {"If-None-Match": tile.etag}).seconds)
    view.size += tile.size


def _round(
    application: Application, address: str, statements: list[Statement]
) -> tuple[float, float]:
    bare = _run(statements)
    caches["tiles"].clear()
    return bare, application.get(address).seconds


def _statements(application: Application, address: str) -> list[Statement]:
    """What the tile asks of the database to be drawn, and nothing else."""
    asked: list[Statement] = []

    def note(execute: Any, sql: str, params: Any, *rest: Any) -> Any:
        if "ST_AsMVT" in sql:
            asked.append((sql, params))
        return execute(sql, params, *rest)

    caches["tiles"].clear()
    with connection.execute_wrapper(note):
        application.get(address)
    return asked


def _run(statements: list[Statement]) -> float:
    """Return seconds."""
    began = perf_counter()
    with connection.cursor() as cursor:
        for sql, params in statements:
            cursor.execute(sql, params)
            cursor.nextset()
            cursor.fetchall()
    return perf_counter() - began
