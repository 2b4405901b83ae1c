"""Data tiles that are kept while nothing they show has changed, each layer for itself."""

import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.cache import caches
from redis.exceptions import RedisError

from spots.maps.grid import Tile
from spots.maps.layers import LAYERS
from spots.maps.shaping import Asked
from spots.maps.tiles import data_tiles
from spots.maps.versions import versions

KEPT_FOR = 600  # seconds: a moment later another is asked for anyway
TILES = "tiles"  # the cache's name in the settings

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Named:
    """A tile that may be made: the key of each of its layers, and a name for all as they are."""

    tile: Tile
    asked: Asked
    keys: dict[str, str]
    settled: frozenset[str]  # layers that nobody is in the middle of changing

    @property
    def etag(self) -> str | None:
        """None: something is being changed, and nobody knows yet what the tile shows."""
        return _digest(sorted(self.keys.values())) if len(self.settled) == len(self.keys) else None


def named(tile: Tile, asked: Asked, *, layers: Iterable[str]) -> Named:
    """Name a data tile of layers as the database is now: a short query, no drawing."""
    asked_for = set(layers)
    wanted = [name for name in LAYERS if name in asked_for]
    now = versions(LAYERS[name].source for name in wanted)
    keys, settled = {}, set()
    for name in wanted:
        layer = LAYERS[name]
        version = now[layer.source]
        keys[name] = f"{name}:{_digest([f'{tile} {layer.seen(asked)} {version.number}'])}"
        if version.settled:
            settled.add(name)
    return Named(tile, asked, keys, frozenset(settled))


class Drawing:
    """A tile as it is drawn for an answer; what was made for it is kept when that has been sent."""

    def __init__(self, named: Named) -> None:
        self._named = named
        self._made: dict[str, bytes] = {}

    def body(self) -> bytes:
        """The tile's bytes: layers that are kept from there, the others made."""
        keys = self._named.keys
        found = _kept(list(keys.values()))
        missing = [name for name, key in keys.items() if key not in found]
        if missing:
            self._made = data_tiles(self._named.tile, self._named.asked, layers=missing)
        return b"".join(
            found[key] if key in found else self._made[name] for name, key in keys.items()
        )

    def keep(self) -> None:
        """Keep the layers that were made, but for those that somebody was changing."""
        keys, settled = self._named.keys, self._named.settled
        _keep({keys[name]: body for name, body in self._made.items() if name in settled})


def _kept(keys: list[str]) -> dict[str, bytes]:
    try:
        return dict(caches[TILES].get_many(keys))
    except RedisError:
        logger.warning("The cache of tiles does not answer: they are made anew.")
        return {}


def _keep(bodies: dict[str, bytes]) -> None:
    if not bodies:
        return
    try:
        caches[TILES].set_many(bodies, KEPT_FOR)
    except RedisError:
        logger.warning("The cache of tiles does not answer: nothing is kept.")


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]
