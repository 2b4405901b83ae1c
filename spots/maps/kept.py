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


def body_of(named: Named) -> bytes:
    """The tile's bytes: layers that are kept from there, the others made and kept."""
    found = _kept(list(named.keys.values()))
    missing = [name for name, key in named.keys.items() if key not in found]
    made = data_tiles(named.tile, named.asked, layers=missing) if missing else {}
    _keep({named.keys[name]: body for name, body in made.items() if name in named.settled})
    return b"".join(made[name] if name in made else found[key] for name, key in named.keys.items())


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
