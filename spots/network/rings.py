"""Areas made light enough for a page: rings of plain numbers, simplified as far as needed. Pure."""

from typing import Any

import shapely

DECIMALS = 5  # of a degree: about a metre
FINEST = 0.00005  # degrees, about five metres: no eye sees less on a page's map
COARSEST = 0.1

Ring = list[list[float]]


def rings_of(shape: Any, *, most: int) -> list[list[Ring]]:
    """
    Return polygons as rings of [longitude, latitude], the outer ring of each first.

    shape  a shapely geometry in degrees; what is no area is left out
    most   corners in all; the smallest polygons, and holes, are left out where that is not enough
    """
    areas = _areas(shape)
    tolerance = FINEST
    while shapely.get_num_coordinates(areas).sum() > most and tolerance <= COARSEST:
        areas = _areas(shapely.simplify(shape, tolerance))
        tolerance *= 2
    drawn: list[list[Ring]] = []
    left = most
    for area in sorted(areas, key=lambda area: -float(area.area)):
        if len(area.exterior.coords) > left:
            continue
        polygon = []
        for ring in (area.exterior, *area.interiors):
            if len(ring.coords) <= left:
                left -= len(ring.coords)
                polygon.append(_rounded(ring))
        drawn.append(polygon)
    return drawn


def _areas(shape: Any) -> list[Any]:
    parts = shapely.get_parts(shapely.make_valid(shape))
    # what make_valid returns may hold multipolygons, and lines that areas shrank to
    flat = shapely.get_parts(parts)
    return [part for part in flat if part.geom_type == "Polygon" and not part.is_empty]


def _rounded(ring: Any) -> Ring:
    return [[round(lon, DECIMALS), round(lat, DECIMALS)] for lon, lat, *_ in ring.coords]
