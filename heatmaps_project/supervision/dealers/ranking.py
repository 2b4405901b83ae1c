"""
Ranking of dealers and shops that is fair to those with few answers (pure).

Each mean is drawn towards that of all, the more the fewer answers it has (empirical Bayes; C. N.
Morris, Parametric empirical Bayes inference, JASA 78 (1983); variances by the analysis of variance
of unequal groups, S. R. Searle, Linear Models (1971), ch. 9). A place is a range: as good as
whoever the intervals do not tell apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

from feedback.surveys.scores import Estimate, Z

FEWEST: Final = 30  # answers below which nobody is ranked


@dataclass(frozen=True)
class Told:
    """Answers about one unit: how many, the mean score, the sum of squares about it."""

    unit: int
    n: int
    mean: float
    squares: float


@dataclass(frozen=True)
class Ranked:
    """
    shrunk      the mean, drawn towards all, and its 95 % interval; None: too few answers
    best, last  the places that its interval leaves open, from 1; None: it is not ranked
    """

    told: Told
    shrunk: Estimate | None
    best: int | None
    last: int | None


def ranked(rows: Sequence[Told]) -> list[Ranked]:
    """Return units in the order of their drawn means, those with too few answers last."""
    enough = [row for row in rows if row.n >= FEWEST]
    shrunk = dict(zip((row.unit for row in enough), _shrunk(enough), strict=True))
    found = [_placed(row, shrunk) for row in rows]
    return sorted(found, key=_order)


def _shrunk(rows: Sequence[Told]) -> list[Estimate]:
    total = sum(row.n for row in rows)
    if not rows:
        return []
    middle = sum(row.n * row.mean for row in rows) / total
    within = sum(row.squares for row in rows) / max(total - len(rows), 1)
    between = _between(rows, middle, within)
    return [_drawn(row, middle, within, between) for row in rows]


def _between(rows: Sequence[Told], middle: float, within: float) -> float:
    """How much true means vary; 0 where chance alone would give as much, or there is one."""
    total = sum(row.n for row in rows)
    size = total - sum(row.n**2 for row in rows) / total
    if size <= 0:
        return 0.0
    spread = sum(row.n * (row.mean - middle) ** 2 for row in rows)
    return max(0.0, (spread - (len(rows) - 1) * within) / size)


def _drawn(row: Told, middle: float, within: float, between: float) -> Estimate:
    error = within / row.n
    weight = between / (between + error) if between + error else 0.0
    value = middle + weight * (row.mean - middle)
    reach = Z * sqrt(weight * error)
    return Estimate(value, value - reach, value + reach)


def _placed(row: Told, shrunk: dict[int, Estimate]) -> Ranked:
    own = shrunk.get(row.unit)
    if own is None:
        return Ranked(row, None, None, None)
    better = sum(other.low > own.high for other in shrunk.values())
    worse = sum(other.high < own.low for other in shrunk.values())
    return Ranked(row, own, 1 + better, len(shrunk) - worse)


def _order(one: Ranked) -> tuple[bool, float, int]:
    return (one.shrunk is None, -(one.shrunk.value if one.shrunk else one.told.n), one.told.unit)
