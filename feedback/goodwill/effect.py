"""Whether ratings after a gift differ from those before, of the same customers (pure)."""

from collections.abc import Collection
from dataclasses import dataclass
from math import sqrt
from typing import Final

from feedback.surveys.scores import FEWEST, Estimate, Z

LOWEST, HIGHEST = 1, 5


@dataclass(frozen=True)
class Paired:
    """Ratings of the same customers before and after."""

    pairs: int
    before: float  # mean, 1 … 5
    after: float
    change: Estimate | None  # None: too few to say


def paired(ratings: Collection[tuple[int, int]]) -> Paired | None:
    """
    Return the means before and after, and the mean change with its 95 % interval; None: no pair.

    The interval is the normal one of a mean of differences: of few pairs it says nothing.
    """
    n: Final = len(ratings)
    if not n:
        return None
    changes = [after - before for before, after in ratings]
    mean = sum(changes) / n
    change = None
    if n >= FEWEST:
        spread = sum((one - mean) ** 2 for one in changes) / (n - 1)
        reach = Z * sqrt(spread / n)
        change = Estimate(mean, mean - reach, mean + reach)
    befores, afters = zip(*ratings, strict=True)
    return Paired(n, sum(befores) / n, sum(afters) / n, change)
