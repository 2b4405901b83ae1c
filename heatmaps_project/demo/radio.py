"""The demo's network: sites in the towns, and the coverage that they give."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import MultiPolygon
from sklearn.cluster import KMeans

from heatmaps_project.demo.streets import TownPlan

PEOPLE_PER_SITE = 9_000
# kilometres that a site reaches outdoors, by technology; indoors about six tenths of it
REACH_KM = {"2G": 11.0, "3G": 6.5, "4G": 5.0, "5G": 1.1}
INDOOR = 0.6
KM_PER_DEGREE = 111.32


@dataclass(frozen=True)
class Mast:
    code: str
    name: str
    lon: float
    lat: float
    technologies: tuple[str, ...]


@dataclass(frozen=True)
class Reach:
    technology: str
    level: str  # outdoor | indoor
    area: MultiPolygon  # WGS 84


def masts(plans: Iterable[TownPlan]) -> list[Mast]:
    """Place sites among each town's houses, more where more people live."""
    found = []
    for number, plan in enumerate(plans):
        town = plan.town
        houses = np.array([(h.lon, h.lat) for street in plan.streets for h in street.houses])
        count = max(1, town.population // PEOPLE_PER_SITE)
        groups = KMeans(n_clusters=count, n_init=1, random_state=7).fit(houses)
        for order, (lon, lat) in enumerate(groups.cluster_centers_, 1):
            found.append(
                Mast(
                    code=f"IV{number:02d}{order:02d}",
                    name=f"{town.name_ru} {order}",
                    lon=round(float(lon), 6),
                    lat=round(float(lat), 6),
                    technologies=_technologies(town.population, order),
                )
            )
    return found


def coverage(sites: Iterable[Mast]) -> Iterator[Reach]:
    """Yield the area of each technology, outdoors and indoors."""
    sites = list(sites)
    for technology, outdoors_km in REACH_KM.items():
        points = [(m.lon, m.lat) for m in sites if technology in m.technologies]
        for level, km in (("outdoor", outdoors_km), ("indoor", outdoors_km * INDOOR)):
            discs = [_disc(lon, lat, km) for lon, lat in points]
            area = shapely.unary_union(discs).simplify(0.0005)
            polygons = [part for part in shapely.get_parts(area) if part.area > 0]
            yield Reach(technology, level, MultiPolygon(polygons))


def _technologies(population: int, order: int) -> tuple[str, ...]:
    if population >= 50_000:
        return ("2G", "3G", "4G", "5G") if order % 2 else ("2G", "3G", "4G")
    return ("2G", "3G", "4G") if population >= 2_500 else ("2G", "3G")


def _disc(lon: float, lat: float, km: float) -> shapely.Polygon:
    turn = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    uneven = km * (1 + 0.12 * np.sin(3 * turn + lon * 50) + 0.08 * np.sin(5 * turn + lat * 70))
    east = uneven * np.cos(turn) / (KM_PER_DEGREE * np.cos(np.radians(lat)))
    return shapely.Polygon(np.c_[lon + east, lat + uneven * np.sin(turn) / KM_PER_DEGREE])
