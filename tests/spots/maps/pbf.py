"""An extract of OpenStreetMap in its binary form (PBF), made from its XML."""

from collections.abc import Iterable
from itertools import pairwise
from struct import pack
from xml.etree import ElementTree

_ID, _KEYS, _VALUES = 1, 2, 3  # fields of nodes and ways alike


def pbf_of(xml: str) -> bytes:
    """Return the bytes of a .pbf file with the nodes and ways of an .osm file."""
    tree = ElementTree.fromstring(xml)
    words = ["", *sorted({text for one in tree.iter() for text in one.attrib.values()})]
    at = {word: number for number, word in enumerate(words)}
    in_order = sorted(tree.iter("node"), key=lambda one: int(one.attrib["id"]))  # as PBF has them
    nodes = (_field(1, _node(one, at)) for one in in_order)
    ways = (_field(3, _way(one, at)) for one in tree.iter("way"))
    groups = (_field(2, b"".join(group)) for group in (nodes, ways))
    table = _field(1, b"".join(_field(1, word.encode()) for word in words))
    header = _blob("OSMHeader", _field(4, b"OsmSchema-V0.6"))
    return header + _blob("OSMData", table + b"".join(groups))


def _blob(kind: str, told: bytes) -> bytes:
    blob = _field(1, told)
    header = _field(1, kind.encode()) + _number(3, len(blob))
    return pack(">I", len(header)) + header + blob


def _node(one: ElementTree.Element, at: dict[str, int]) -> bytes:
    lat, lon = (round(float(one.attrib[name]) * 1e7) for name in ("lat", "lon"))
    place = _number(8, _signed(lat)) + _number(9, _signed(lon))
    return _number(_ID, _signed(int(one.attrib["id"]))) + _tags(one, at) + place


def _way(one: ElementTree.Element, at: dict[str, int]) -> bytes:
    nodes = [int(node.attrib["ref"]) for node in one.iter("nd")]
    return _number(_ID, int(one.attrib["id"])) + _tags(one, at) + _packed(8, _steps(nodes))


def _tags(one: ElementTree.Element, at: dict[str, int]) -> bytes:
    tags = one.findall("tag")
    keys = _packed(_KEYS, (at[tag.attrib["k"]] for tag in tags))
    return keys + _packed(_VALUES, (at[tag.attrib["v"]] for tag in tags))


def _steps(numbers: list[int]) -> Iterable[int]:
    return (_signed(then - before) for before, then in pairwise([0, *numbers]))


def _signed(number: int) -> int:
    return number << 1 if number >= 0 else (-number << 1) - 1


def _packed(field: int, numbers: Iterable[int]) -> bytes:
    told = b"".join(map(_varint, numbers))
    return _field(field, told) if told else b""


def _number(field: int, number: int) -> bytes:
    return _varint(field << 3) + _varint(number)


def _field(field: int, told: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(told)) + told


def _varint(number: int) -> bytes:
    told = bytearray()
    while number > 0x7F:
        told.append(number & 0x7F | 0x80)
        number >>= 7
    told.append(number)
    return bytes(told)
