"""What the demo's base map draws: real places of the towns, invented roads, woods and a river."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, MultiPolygon, Point, Polygon
from sklearn.neighbors import NearestNeighbors

from heatmaps_project.demo.streets import TownPlan
from heatmaps_project.demo.towns import Town

# Towns that stand on the Volga, up to down the river.
ON_THE_RIVER = ("Plyos", "Navoloki", "Kineshma", "Zavolzhsk", "Yuryevets", "Puchezh")
DEGREE = 0.009  # of latitude in a kilometre, about; shapes here need no more precision


@dataclass(frozen=True)
class Feature:
    """One thing to draw: layer and class as in spots.maps.models.BaseFeature."""

    layer: str
    cls: str
    name: str
    shape: shapely.Geometry  # WGS 84
    min_zoom: int


def features(plans: Iterable[TownPlan]) -> Iterator[Feature]:
    """Yield everything to draw for these towns, background first."""
    plans = list(plans)
    places = [plan.town for plan in plans]
    banks = [town for name in ON_THE_RIVER for town in places if town.name_en == name]
    if len(banks) > 1:
        yield Feature("areas", "water", "Волга", _river(banks), 0)
    for number, wood in enumerate(_woods(places)):
        yield Feature("areas", "forest", "", wood, 7 if number % 3 else 5)
    yield from _highways(places)
    for plan in plans:
        yield from _of_town(plan)


def region_outline(places: Iterable[Town]) -> MultiPolygon:
    """Return the demo region's outline: everything within some 20 km of its towns."""
    around = shapely.MultiPoint([(town.lon, town.lat) for town in places]).convex_hull
    return MultiPolygon([around.buffer(18 * DEGREE, quad_segs=8)])


def _of_town(plan: TownPlan) -> Iterator[Feature]:
    town = plan.town
    yield Feature("areas", "residential", "", plan.outline, 8)
    city = town.population >= 50_000
    at = Point(town.lon, town.lat)
    yield Feature("places", "city" if city else "town", town.name_ru, at, 5 if city else 8)
    for street in plan.streets:
        main = street.cls == "primary"
        yield Feature("roads", street.cls, street.name, street.line, 11 if main else 13)
        for house in street.houses:
            yield Feature("buildings", "house", house.number, house.ground, 15)


def _highways(places: list[Town]) -> Iterator[Feature]:
    """Join each town to the nearest ones that are larger, by gently bent roads."""
    points = np.array([(town.lon, town.lat) for town in places])
    for order in range(1, len(places)):
        larger = NearestNeighbors(n_neighbors=min(2, order)).fit(points[:order])
        for near in larger.kneighbors(points[order : order + 1], return_distance=False)[0]:
            start, end = points[order], points[near]
            bend = (end - start)[::-1] * (0.06, -0.06)
            line = LineString([start, start + (end - start) / 3 + bend, end])
            big = places[order].population > 25_000
            yield Feature(
                "roads", "motorway" if big else "primary", "", _smooth(line), 5 if big else 8
            )


def _river(banks: list[Town]) -> Polygon:
    course = [(town.lon, town.lat + 2.2 * DEGREE) for town in banks]
    first, last = course[0], course[-1]
    line = LineString([(first[0] - 0.6, first[1] + 0.1), *course, (last[0] + 0.1, last[1] - 0.4)])
    return _smooth(line).buffer(0.8 * DEGREE, cap_style="flat").simplify(DEGREE / 20)


def _woods(places: list[Town]) -> Iterator[Polygon]:
    """Yield uneven patches of forest, the same every time, away from the towns."""
    rng = np.random.default_rng(37)
    region = region_outline(places)
    west, south, east, north = region.bounds
    towns = shapely.MultiPoint([(town.lon, town.lat) for town in places])
    turn = np.linspace(0, 2 * np.pi, 28, endpoint=False)
    for _ in range(150):
        centre = rng.uniform((west, south), (east, north))
        waves = rng.uniform(0.1, 0.28, 3)
        reach = (
            rng.uniform(2, 7)
            * DEGREE
            * (1 + sum(wave * np.sin((k + 2) * turn + 9 * wave) for k, wave in enumerate(waves)))
        )
        patch = Polygon(centre + np.c_[1.8 * reach * np.cos(turn), reach * np.sin(turn)])
        if region.contains(patch) and patch.distance(towns) > 1.5 * DEGREE:
            yield patch


def _smooth(line: LineString) -> LineString:
    """Cut the corners of a line, three times (Chaikin)."""
    points = shapely.get_coordinates(line)
    for _ in range(3):
        near, far = points[:-1] * 0.75 + points[1:] * 0.25, points[:-1] * 0.25 + points[1:] * 0.75
        cut = np.stack([near, far], axis=1).reshape(-1, 2)
        points = np.vstack([points[:1], cut, points[-1:]])
    return LineString(points)
