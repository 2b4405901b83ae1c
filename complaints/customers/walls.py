"""Brands and regions are kept apart: what one reader may see."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Walls:
    """
    The brands and regions a reader is let into, by primary key; None lets into all.

    An empty set lets into nothing. Rows that have no region yet (a complaint that is not on the
    map) are seen by everybody who sees their brand.
    """

    brands: frozenset[int] | None
    regions: frozenset[int] | None


NO_WALLS = Walls(brands=None, regions=None)
