"""Mapbox Vector Tiles made and read: the reader is small and for tests only (specification 2.1)."""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from spots.maps.grid import Tile
from spots.maps.shaping import Asked
from spots.maps.tiles import data_tiles


@dataclass
class Drawn:
    """One feature: its properties, its kind (1 point, 2 line, 3 area) and its first corner."""

    kind: int
    props: dict[str, Any]
    first: tuple[int, int]


@dataclass
class Layer:
    name: str = ""
    extent: int = 4096
    keys: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)
    drawn: list[Drawn] = field(default_factory=list)


def data_tile(tile: Tile, asked: Asked, *, layers: Iterable[str]) -> bytes:
    """Our data's layers as one tile, as the map page gets them."""
    return b"".join(data_tiles(tile, asked, layers=layers).values())


def read(tile: bytes) -> dict[str, list[Drawn]]:
    """The features of a tile by layer. Raises if it is not a vector tile."""
    layers = [_layer(body) for number, body in _fields(tile) if number == 3]
    assert len({layer.name for layer in layers}) == len(layers)
    return {layer.name: layer.drawn for layer in layers}


def _layer(body: bytes) -> Layer:
    layer, features = Layer(), []
    for number, value in _fields(body):
        match number:
            case 1:
                layer.name = value.decode()
            case 2:
                features.append(value)
            case 3:
                layer.keys.append(value.decode())
            case 4:
                layer.values.append(_value(value))
            case 5:
                layer.extent = value
            case 15:
                assert value == 2
    layer.drawn = [_feature(feature, layer) for feature in features]
    return layer


def _feature(body: bytes, layer: Layer) -> Drawn:
    parts = dict(_fields(body))
    tags, shape = list(_varints(parts.get(2, b""))), list(_varints(parts[4]))
    assert shape[0] & 7 == 1  # every shape begins by moving somewhere
    pairs = zip(tags[::2], tags[1::2], strict=True)
    props = {layer.keys[key]: layer.values[value] for key, value in pairs}
    return Drawn(parts[3], props, (_signed(shape[1]), _signed(shape[2])))


def _value(body: bytes) -> Any:
    [(number, value)] = _fields(body)
    match number:
        case 1:
            return value.decode()
        case 3:
            return struct.unpack("<d", value)[0]
        case 6:
            return _signed(value)
        case _:
            return value


def _signed(number: int) -> int:
    return (number >> 1) ^ -(number & 1)


def _fields(body: bytes) -> Iterator[tuple[int, Any]]:
    """Each field of a protobuf message: its number, and an integer or bytes."""
    at = 0
    while at < len(body):
        tag, at = _varint(body, at)
        if tag & 7 == 0:
            value, at = _varint(body, at)
            yield tag >> 3, value
            continue
        size, at = {1: (8, at), 5: (4, at)}.get(tag & 7) or _varint(body, at)
        assert at + size <= len(body)
        yield tag >> 3, body[at : at + size]
        at += size


def _varints(body: bytes) -> Iterator[int]:
    at = 0
    while at < len(body):
        value, at = _varint(body, at)
        yield value


def _varint(body: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        value |= (body[at] & 127) << shift
        shift, at = shift + 7, at + 1
        if body[at - 1] < 128:
            return value, at
