"""
The ground that sectors serve: which points lie within one, and its outline. Pure.

A sector is a fan: from the site out to its range, half its beam width to each side of its
azimuth. At these distances the ground is flat: degrees become metres by one scale each way.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

USUAL_RANGE_M = 3_000.0  # of a sector, or a site without sectors, that says none
METRES_PER_DEGREE = 111_320.0  # of latitude
STEP = 10.0  # degrees between the corners of an outline

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Fan:
    """What one sector serves."""

    lon: float  # degrees, WGS 84: where its site stands
    lat: float
    azimuth: float = 0.0  # degrees clockwise from north
    beam_width: float = 360.0  # degrees in all; 360: all round
    range_m: float = USUAL_RANGE_M  # metres


def within(fan: Fan, lon: Floats, lat: Floats) -> NDArray[np.bool_]:
    """Return which of the points (n,), in degrees, the fan serves."""
    east = (lon - fan.lon) * METRES_PER_DEGREE * np.cos(np.radians(fan.lat))
    north = (lat - fan.lat) * METRES_PER_DEGREE
    near: NDArray[np.bool_] = np.hypot(east, north) <= fan.range_m
    off = np.abs((np.degrees(np.arctan2(east, north)) - fan.azimuth + 180) % 360 - 180)
    facing: NDArray[np.bool_] = off <= fan.beam_width / 2
    return near & facing


def reaches(fan: Fan, low: Floats, high: Floats) -> bool:
    """
    Whether a fan may serve anything in a box, which costs next to nothing to say.

    low, high  corners of the box: longitude and latitude, degrees
    """
    north = fan.range_m / METRES_PER_DEGREE
    east = north / max(np.cos(np.radians(fan.lat)), 1e-9)
    return bool(
        low[0] - east <= fan.lon <= high[0] + east and low[1] - north <= fan.lat <= high[1] + north
    )


def outline(fans: Iterable[Fan]) -> shapely.MultiPolygon:
    """Return the ground that any of the fans serves, in degrees."""
    ground = shapely.union_all([_polygon(fan) for fan in fans])
    return shapely.MultiPolygon([part for part in shapely.get_parts(ground) if part.area > 0])


def _polygon(fan: Fan) -> shapely.Polygon:
    whole = fan.beam_width >= 360
    count = max(2, int(np.ceil(fan.beam_width / STEP))) + 1
    half = fan.beam_width / 2
    turn = np.radians(np.linspace(fan.azimuth - half, fan.azimuth + half, count))
    north = fan.range_m / METRES_PER_DEGREE * np.cos(turn)
    scale = METRES_PER_DEGREE * max(np.cos(np.radians(fan.lat)), 0.01)
    east = fan.range_m / scale * np.sin(turn)
    rim = np.column_stack([fan.lon + east, fan.lat + north])
    return shapely.Polygon(rim if whole else [(fan.lon, fan.lat), *rim])
