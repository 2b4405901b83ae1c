"""The demo's invented part: each town's outline, streets and houses, the same every time."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar
from zlib import crc32

import numpy as np
import shapely
from numpy.random import Generator
from numpy.typing import NDArray
from shapely import LineString, Point, Polygon
from shapely.affinity import rotate

from heatmaps_project.demo.houses import METRES_PER_DEGREE
from heatmaps_project.demo.towns import Town

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Shape = TypeVar("Shape", Point, LineString, Polygon)

SUBSCRIBER_SHARE = 0.2  # of the population: the demo operator's market share

NAMES = Path(__file__).with_name("street_names.txt").read_text(encoding="utf-8").split()


@dataclass(frozen=True)
class House:
    number: str
    lon: float
    lat: float
    subscribers: int
    ground: Polygon  # WGS 84


@dataclass(frozen=True)
class Street:
    name: str
    cls: str  # primary | residential
    line: LineString  # WGS 84
    houses: tuple[House, ...]


@dataclass(frozen=True)
class Size:
    """How a town of some size is built, metres."""

    radius: float
    between_streets: float
    between_houses: float

    @classmethod
    def of(cls, population: int) -> "Size":
        radius = max(290 * (population / 1000) ** 0.5, 260)
        if population < 6_000:
            return cls(radius, 150, 45)
        return cls(radius, 250, 75) if population < 60_000 else cls(radius, 380, 105)


class TownPlan:
    """One town: an uneven disc with a slanted grid of streets, houses on both sides."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self._size = Size.of(town.population)
        self._seed = crc32(town.name_en.encode())

    @cached_property
    def outline(self) -> Polygon:
        """The built-up area, WGS 84."""
        return self._placed(self._disc)

    @cached_property
    def streets(self) -> tuple[Street, ...]:
        rng = np.random.default_rng(self._seed)
        lines = self._lines(rng)
        names = [str(name) for name in rng.permutation(NAMES)]
        sides = [self._sides(line) for line in lines]
        numbers, east, north, angle = np.hstack(sides)
        houses = self._houses(numbers.astype(int), np.c_[east, north], angle, rng)
        ends = np.cumsum([side.shape[1] for side in sides])
        return tuple(
            Street(
                name=_name(names, order),
                cls="primary" if order % 5 == 0 else "residential",
                line=self._placed(line),
                houses=houses[end - side.shape[1] : end],
            )
            for order, (line, side, end) in enumerate(zip(lines, sides, ends, strict=True))
        )

    @cached_property
    def _disc(self) -> Polygon:
        turn = np.linspace(0, 2 * np.pi, 48, endpoint=False)
        shift = self._seed % 7
        reach = self._size.radius * (
            1 + 0.14 * np.sin(2 * turn + shift) + 0.08 * np.sin(3 * turn + 2 * shift)
        )
        return Polygon(np.c_[reach * np.cos(turn), reach * np.sin(turn)])

    def _lines(self, rng: Generator) -> list[LineString]:
        """Return the streets' lines in metres around the centre, the middle ones first."""
        reach, step = self._size.radius * 1.3, self._size.between_streets
        count = int(self._size.radius // step)
        offsets = sorted(range(-count, count + 1), key=abs)
        slant = float(rng.uniform(-35, 35))
        lines = []
        for offset in offsets:
            for turned in (0.0, 90.0):
                across = offset * step + float(rng.uniform(-0.12, 0.12)) * step
                straight = LineString([(-reach, across), (0, across * 1.04), (reach, across)])
                line = rotate(straight, slant + turned, origin=(0, 0)).intersection(self._disc)
                lines += [part for part in shapely.get_parts(line) if part.length > step]
        return lines

    def _sides(self, line: LineString) -> Floats:
        """Return rows number, east, north, angle in radians: a column for each house."""
        along = np.arange(self._size.between_houses / 2, line.length, self._size.between_houses)
        here, ahead = (
            shapely.get_coordinates(shapely.line_interpolate_point(line, along + step))
            for step in (0, 0.5)
        )
        angle = np.arctan2(*(ahead - here).T[::-1])
        aside = 24 * np.array([-np.sin(angle), np.cos(angle)])
        odd, even = 2 * np.arange(len(along)) + 1, 2 * np.arange(len(along)) + 2
        left, right = (
            np.vstack([odd, here.T + aside, angle]),
            np.vstack([even, here.T - aside, angle]),
        )
        return np.hstack([left, right])

    def _houses(
        self, numbers: Ints, places: Floats, angles: Floats, rng: Generator
    ) -> tuple[House, ...]:
        """Share the town's subscribers out to its houses, unevenly, and build these."""
        weight = np.exp(rng.normal(0, 0.8, len(numbers)))
        total = int(self.town.population * SUBSCRIBER_SHARE)
        people = rng.multinomial(total, weight / weight.sum())
        length = np.minimum(0.6 * self._size.between_houses, 12 + 2 * people)
        degrees = self._degrees(places).round(6)
        grounds = shapely.polygons(self._degrees(_corners(places, angles, length)))
        return tuple(
            House(str(number), float(lon), float(lat), int(n), ground)
            for number, (lon, lat), n, ground in zip(numbers, degrees, people, grounds, strict=True)
        )

    def _placed(self, shape: Shape) -> Shape:
        """Move a shape from metres around the centre to where it is in the world."""
        return shapely.transform(shape, self._degrees)

    def _degrees(self, metres: Floats) -> Floats:
        per_degree = METRES_PER_DEGREE * np.array([np.cos(np.radians(self.town.lat)), 1.0])
        degrees: Floats = np.array([self.town.lon, self.town.lat]) + metres / per_degree
        return degrees


def _corners(centres: Floats, angles: Floats, length: Floats) -> Floats:
    """Return the closed rings (n, 5, 2) of rectangles 14 m deep, turned by `angles`."""
    along = np.stack([np.cos(angles), np.sin(angles)], axis=1) * (length / 2)[:, None]
    across = np.stack([-np.sin(angles), np.cos(angles)], axis=1) * 7
    ways = np.array([(1, 1), (1, -1), (-1, -1), (-1, 1), (1, 1)])
    return np.stack([centres + a * along + b * across for a, b in ways], axis=1)


def _name(names: list[str], order: int) -> str:
    """Return the street's full name; a big town starts the list again with a number."""
    again, which = divmod(order, len(names))
    return f"{again}-я {names[which]} улица" if again else f"{names[which]} улица"
