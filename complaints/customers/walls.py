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

    @property
    def values(self) -> dict[str, list[int] | None]:
        """What the SQL of `within` and `within_brands` asks for by name."""
        return {
            "brands": None if self.brands is None else sorted(self.brands),
            "regions": None if self.regions is None else sorted(self.regions),
        }


def within(*, brand: str = "brand_id", region: str = "region_id") -> str:
    """Return the condition, in SQL, that walls let into a row; null lets in."""
    return f"""
        ({brand} IS NULL OR {within_brands(brand)}) AND ({region} IS NULL
            OR %(regions)s::bigint[] IS NULL OR {region} = ANY(%(regions)s))
    """


def within_brands(brand: str) -> str:
    """Return the condition, in SQL, that walls let into the brand of a row."""
    return f"(%(brands)s::bigint[] IS NULL OR {brand} = ANY(%(brands)s))"


NO_WALLS = Walls(brands=None, regions=None)
