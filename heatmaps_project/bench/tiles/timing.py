"""Tiles of a viewport at each zoom: time beside the bare SQL of the same run, and bytes."""

from dataclasses import dataclass, field
from math import asinh, pi, radians, tan
from time import perf_counter
from typing import Any

from django.core.cache import caches
from django.db import connection
from django.test import Client

from heatmaps_project.bench.tiles.filling import MIDDLE

ZOOMS = range(5, 19)
WIDTH, HEIGHT, TILE_PX = 1400, 900, 512  # of a window, and of a data tile on it
LAYERS = "coverage,events,sites,spots,heat,complaints,singles"
TIMES = 3
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
    view = Viewport(zoom)
    for z, x, y in tiles_at(zoom):
        _measure(f"/tiles/data/{z}/{x}/{y}.mvt?hours={hours}&layers={layers}", client, view)
    return view


def _measure(address: str, client: Client, view: Viewport) -> None:
    statements = _statements(client, address)
    rounds = [_round(client, address, statements) for _ in range(TIMES)]
    bare, cold = (min(times) for times in zip(*rounds, strict=True))
    view.bare.append(bare)
    view.cold.append(cold)
    view.kept.append(_seconds(lambda: _get(client, address)))
    tile = _get(client, address)
    etag = {"If-None-Match": tile["ETag"]}
    view.unchanged.append(_seconds(lambda: _get(client, address, etag)))
    view.size += len(tile.content)


def _round(client: Client, address: str, statements: list[Statement]) -> tuple[float, float]:
    bare = _seconds(lambda: _run(statements))
    caches["tiles"].clear()
    return bare, _seconds(lambda: _get(client, address))


def _get(client: Client, address: str, headers: dict[str, str] | None = None) -> Any:
    return client.get(address, headers=AS_A_BROWSER | (headers or {}))


def _statements(client: Client, address: str) -> list[Statement]:
    """What the tile asks of the database to be drawn, and nothing else."""
    asked: list[Statement] = []

    def note(execute: Any, sql: str, params: Any, *rest: Any) -> Any:
        if "ST_AsMVT" in sql:
            asked.append((sql, params))
        return execute(sql, params, *rest)

    caches["tiles"].clear()
    with connection.execute_wrapper(note):
        _get(client, address)
    return asked


def _run(statements: list[Statement]) -> None:
    with connection.cursor() as cursor:
        for sql, params in statements:
            cursor.execute(sql, params)
            cursor.nextset()
            cursor.fetchall()


def _seconds(work: Any) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began
