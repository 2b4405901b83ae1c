"""The middle of lengths of time, and how sure one can be of it (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil, floor, sqrt

from feedback.surveys.scores import Z


@dataclass(frozen=True)
class Spread:
    """Of `n` lengths: the median with its 95 % interval, and what nine in ten do not exceed."""

    n: int
    median: timedelta
    low: timedelta
    high: timedelta
    nine_in_ten: timedelta

    @property
    def minutes(self) -> list[float]:
        """The median, its bounds, and what nine in ten do not exceed, in minutes."""
        told = (self.median, self.low, self.high, self.nine_in_ten)
        return [length / timedelta(minutes=1) for length in told]


def spread(lengths: Sequence[timedelta]) -> Spread | None:
    """
    Return the middle of lengths; None of none.

    The interval is between two of the lengths, by their ranks, whatever they are distributed by:
    W. J. Conover, Practical Nonparametric Statistics (1999), 3.2, with the normal approximation.
    """
    if not lengths:
        return None
    told = sorted(lengths)
    n = len(told)
    reach = Z * sqrt(n) / 2
    low, high = max(floor(n / 2 - reach), 0), min(ceil(n / 2 + reach), n - 1)
    middle = (told[(n - 1) // 2] + told[n // 2]) / 2
    return Spread(n, middle, told[low], told[high], told[ceil(0.9 * n) - 1])
