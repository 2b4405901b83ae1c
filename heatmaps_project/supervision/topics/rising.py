"""
Whether something is spoken of more than before (pure).

What came in the last span is compared with the mean of the spans before it, of the same length.
Of all that came in both, the new share is binomial if nothing changed (the conditional test of
two Poisson counts: J. Przyborowski and H. Wilenski, Biometrika 31, 1940); its exact interval
(C. Clopper and E. Pearson, Biometrika 26, 1934) gives that of the ratio. Several topics are looked
at together, so that each is judged more strictly (Bonferroni).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, lgamma, log, log1p
from typing import Final

BEFORE: Final = 4  # spans
FEWEST: Final = 10  # in all; of fewer there is too little to say
_ALPHA: Final = 0.05
_STEPS: Final = 50  # halvings: more than a float can tell apart
_NEGLIGIBLE: Final = 1e-12


@dataclass(frozen=True)
class Change:
    """
    How many times as many as before: the ratio and its interval.

    ratio, low, high  None: there was too little to say; high None: nothing came before
    """

    now: int
    before: float  # mean of a span
    ratio: float | None
    low: float | None
    high: float | None

    @property
    def rises(self) -> bool:
        """Whether more came, beyond what chance gives."""
        return self.low is not None and self.low > 1

    @property
    def falls(self) -> bool:
        return self.high is not None and self.high < 1


def change(spans: Sequence[int], *, compared: int) -> Change:
    """
    Compare the last of several spans with those before it: BEFORE of them, or another number.

    spans     counts, the oldest first
    compared  how many such comparisons are looked at together
    """
    *past, now = spans
    whole, before = sum(spans), sum(past) / len(past)
    if whole < FEWEST:
        return Change(now, before, None, None, None)
    alpha = _ALPHA / 2 / max(compared, 1)
    low, high = _least(now, whole, alpha), 1 - _least(whole - now, whole, alpha)
    ratio = now / before if before else None
    return Change(now, before, ratio, _times(low, len(past)), _times(high, len(past)))


def _times(share: float, spans: int) -> float | None:
    return spans * share / (1 - share) if share < 1 else None


def _least(part: int, whole: int, alpha: float) -> float:
    """Return the smallest share that so many of a whole are not too unlikely for."""
    if part == 0:
        return 0.0
    low, high = 0.0, part / whole
    for _ in range(_STEPS):
        share = (low + high) / 2
        if _at_least(part, whole, share) > alpha:
            high = share
        else:
            low = share
    return low


def _at_least(part: int, whole: int, share: float) -> float:
    """Return the chance of `part` or more of a whole; `share` is below part / whole."""
    ways = lgamma(whole + 1) - lgamma(part + 1) - lgamma(whole - part + 1)
    term = exp(ways + part * log(share) + (whole - part) * log1p(-share))
    chance, odds = term, share / (1 - share)
    for more in range(part, whole):
        term *= (whole - more) / (more + 1) * odds
        chance += term
        if term < chance * _NEGLIGIBLE:
            break
    return chance
