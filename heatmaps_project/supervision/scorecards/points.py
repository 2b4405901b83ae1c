"""
Points for good work and never for much of it, and whether they go with calling again (pure).

A good conversation was rated 4 or 5 and the customer did not call again within a week. Points
are the share of good ones among those rated, drawn to everybody's share as if TYPICAL more had
been rated (empirical Bayes): whoever was rated twice is not first for it, nor does the hundredth
good conversation count for more than the tenth.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from statistics import fmean
from typing import Final

TYPICAL: Final = 10
FEWEST: Final = 10  # rated conversations before anything is shown to others
FEWEST_COMPARED: Final = 5  # people


class Badge(StrEnum):
    BRONZE = "bronze"
    SILVER = "silver"
    GOLD = "gold"


_FROM: Final = ((90, Badge.GOLD), (80, Badge.SILVER), (70, Badge.BRONZE))


@dataclass(frozen=True)
class Rated:
    """Conversations that were rated, and the good ones among them."""

    good: int = 0
    rated: int = 0

    def __add__(self, other: "Rated") -> "Rated":
        return Rated(self.good + other.good, self.rated + other.rated)

    @property
    def share(self) -> float:
        """0 … 1; of none, 0."""
        return self.good / self.rated if self.rated else 0.0


def points(own: Rated, everybody: Rated) -> float | None:
    """Return 0 … 100; None: nothing was rated."""
    if not own.rated:
        return None
    return 100 * (own.good + TYPICAL * everybody.share) / (own.rated + TYPICAL)


def badge(own: Rated, everybody: Rated) -> Badge | None:
    """Return what was earned; None: nothing, or too little was rated to say."""
    found = points(own, everybody)
    if found is None or own.rated < FEWEST:
        return None
    return next((one for least, one in _FROM if found >= least), None)


@dataclass(frozen=True)
class Correlation:
    """How two figures of some people go together, -1 … 1."""

    r: float
    n: int

    @property
    def is_alarming(self) -> bool:
        """Whether whoever has more points is called again more often: the game rewards harm."""
        return self.r > 0


def correlation(pairs: Sequence[tuple[float, float]]) -> Correlation | None:
    """Return Pearson's r; None: of too few people, or of people who do not differ."""
    if len(pairs) < FEWEST_COMPARED:
        return None
    left, right = zip(*pairs, strict=True)
    of_left, of_right = fmean(left), fmean(right)
    spread = sum((x - of_left) ** 2 for x in left) * sum((y - of_right) ** 2 for y in right)
    if spread <= 0:
        return None
    together = sum((x - of_left) * (y - of_right) for x, y in pairs)
    return Correlation(max(-1.0, min(1.0, together / sqrt(spread))), len(pairs))
