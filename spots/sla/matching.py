"""
Which policy makes the promises of a case.

Policies are asked in order and the first that matches decides. A policy matches when each of
its conditions that is set holds; what is left empty matches everything.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shapely import MultiPolygon, Point, Polygon

CONDITIONS = ("kind", "brand", "region", "area", "topic", "segments", "band")
_ROUNDING = 1e-9  # three thirds are a whole


@dataclass(frozen=True)
class Facts:
    """What policies may ask of a case."""

    kind: str  # spot | single
    brand: int
    region: int
    topic: int | None  # None: several
    band: int  # 1 is the most urgent
    at: tuple[float, float] | None = None  # centre: degrees of longitude and latitude, WGS 84
    segments: Mapping[str, float] = field(default_factory=dict)  # shares of its customers, 0 … 1


@dataclass(frozen=True)
class Offer:
    """A policy as the arithmetic takes it; empty, None and "" ask for nothing."""

    policy: int
    name: str
    minutes: Mapping[str, int]  # working minutes by target; what is not in it is not promised
    kind: str = ""
    brand: int | None = None
    region: int | None = None
    area: Polygon | MultiPolygon | None = None  # WGS 84; covers the case's centre
    topic: int | None = None
    segments: frozenset[str] = frozenset()
    segments_share: float = 0.5  # of the customers, all of these segments together, 0 … 1
    band: int | None = None


def failing(offer: Offer, facts: Facts) -> str:
    """Return the first of CONDITIONS that a policy asks for and the case does not meet, or ""."""
    for name in ("kind", "brand", "region", "topic", "band"):
        wanted = getattr(offer, name)
        if wanted and wanted != getattr(facts, name):
            return name
    if offer.area is not None and not (facts.at and offer.area.covers(Point(facts.at))):
        return "area"
    if offer.segments and not _enough(offer, facts):
        return "segments"
    return ""


def _enough(offer: Offer, facts: Facts) -> bool:
    """Say whether its segments together reach the share; a share of 0 asks for any at all."""
    share = sum(facts.segments.get(code, 0.0) for code in offer.segments)
    return share > 0 and share >= offer.segments_share - _ROUNDING
