"""
What scores come to: NPS and CSAT with 95 % intervals, and what changed between two periods.

Sources: B. Rocks, Interval estimation for the "Net Promoter Score", The American Statistician 70
(2016), the adjusted Wald interval; E. B. Wilson, JASA 22 (1927); R. G. Newcombe, Interval
estimation for the difference between independent proportions, Statistics in Medicine 17 (1998),
method 10; W. G. Cochran, Sampling Techniques (1977), 5A.9, for weights by stratum.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from math import ceil, sqrt

Z = 1.959964  # two-sided 95 % of the normal distribution
DEFINITION = 1  # one more with each change of what is counted here, or how
FEWEST = 10  # answers; of fewer there is too little to say
PROMOTES_FROM, DETRACTS_UP_TO = 9, 6  # of 10
SATISFIED_FROM = 4  # of 5, where a survey says nothing else
_ADDED = 0.75  # pseudo-answers for promoters and for detractors each; three in all


@dataclass(frozen=True)
class Estimate:
    """A figure and its 95 % interval, in points or percent."""

    value: float
    low: float
    high: float

    @property
    def half(self) -> float:
        """Half the width of the interval: what stands after ±."""
        return (self.high - self.low) / 2

    @property
    def proven(self) -> bool:
        """Whether a difference is one: nought is not in its interval."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Nps:
    """Promoters (9-10) and detractors (0-6) among those who gave a score from 0 to 10."""

    promoters: int = 0
    detractors: int = 0
    answered: int = 0

    @classmethod
    def of(cls, scores: Iterable[int | None]) -> "Nps":
        """Count scores; what is no score from 0 to 10 is no answer."""
        given = [score for score in scores if score is not None and 0 <= score <= 10]
        promoters = sum(score >= PROMOTES_FROM for score in given)
        return cls(promoters, sum(score <= DETRACTS_UP_TO for score in given), len(given))

    def __add__(self, other: "Nps") -> "Nps":
        return Nps(
            self.promoters + other.promoters,
            self.detractors + other.detractors,
            self.answered + other.answered,
        )

    @property
    def points(self) -> float | None:
        """-100 … 100; None of nothing."""
        if not self.answered:
            return None
        return 100 * (self.promoters - self.detractors) / self.answered

    @property
    def estimate(self) -> Estimate | None:
        """The points and their interval; None: too few to say."""
        points = self.points
        if points is None or self.answered < FEWEST:
            return None
        return _around(points, 100 * self.adjusted, 100 * Z * sqrt(self.variance))

    @property
    def adjusted(self) -> float:
        """The middle of the interval, -1 … 1: p' - d'."""
        return (self.promoters - self.detractors) / (self.answered + 4 * _ADDED)

    @property
    def variance(self) -> float:
        """Of the adjusted share: (p' + d' - (p' - d')²) / (n + 3)."""
        n = self.answered + 4 * _ADDED
        either = (self.promoters + self.detractors + 2 * _ADDED) / n
        return (either - self.adjusted**2) / n


@dataclass(frozen=True)
class Csat:
    """Those who gave one of the best of five scores, among all who gave one."""

    satisfied: int = 0
    answered: int = 0

    @classmethod
    def of(cls, scores: Iterable[int | None], *, good_from: int = SATISFIED_FROM) -> "Csat":
        """Count scores; what is no score from 1 to 5 is no answer."""
        given = [score for score in scores if score is not None and 1 <= score <= 5]
        return cls(sum(score >= good_from for score in given), len(given))

    def __add__(self, other: "Csat") -> "Csat":
        return Csat(self.satisfied + other.satisfied, self.answered + other.answered)

    @property
    def percent(self) -> float | None:
        """0 … 100; None of nothing."""
        return 100 * self.satisfied / self.answered if self.answered else None

    @property
    def estimate(self) -> Estimate | None:
        """The percentage and its interval; None: too few to say."""
        if self.answered < FEWEST:
            return None
        low, high = wilson(self.satisfied, self.answered)
        return Estimate(100 * self.satisfied / self.answered, 100 * low, 100 * high)


def wilson(part: int, whole: int) -> tuple[float, float]:
    """
    Return the 95 % interval of a share, 0 … 1, after Wilson: honest near its ends too.

    :raises ZeroDivisionError: of nothing there is no share
    """
    share, n = part / whole, whole
    middle = share + Z * Z / (2 * n)
    reach = Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    scale = 1 + Z * Z / n
    return max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)


def nps_change(before: Nps, after: Nps) -> Estimate | None:
    """Return by how many points NPS rose, and between which bounds; None: too few to say."""
    if min(before.answered, after.answered) < FEWEST:
        return None
    points = (after.points or 0.0) - (before.points or 0.0)
    reach = 100 * Z * sqrt(before.variance + after.variance)
    middle = 100 * (after.adjusted - before.adjusted)
    return Estimate(points, min(points, middle - reach), max(points, middle + reach))


def csat_change(before: Csat, after: Csat) -> Estimate | None:
    """Return by how many percentage points CSAT rose, after Newcombe; None: too few to say."""
    was, now = before.estimate, after.estimate
    if was is None or now is None:
        return None
    return difference(was, now)


def difference(less: Estimate, of: Estimate) -> Estimate:
    """Return by how much one figure is above another that is told by others, after Newcombe."""
    value = of.value - less.value
    down = sqrt((of.value - of.low) ** 2 + (less.high - less.value) ** 2)
    up = sqrt((of.high - of.value) ** 2 + (less.value - less.low) ** 2)
    return Estimate(value, value - down, value + up)


def told_nps(points: float, answered: int) -> Estimate | None:
    """
    Return NPS of which only the points are told, with the widest interval that they leave.

    Nobody passive is the worst case: promoters and detractors are all there are. None: too few.
    """
    if answered < FEWEST:
        return None
    n = answered + 4 * _ADDED
    adjusted = points / 100 * answered / n
    either = (answered + 2 * _ADDED) / n
    return _around(points, 100 * adjusted, 100 * Z * sqrt((either - adjusted**2) / n))


def weighted_nps(strata: Collection[tuple[Nps, float]]) -> Estimate | None:
    """
    Return NPS as if every segment had answered in proportion to its customers.

    strata  each segment's answers and how many customers it has, in any unit

    None: a segment that has customers gave too few answers to stand for them.
    """
    total = sum(size for _nps, size in strata)
    if total <= 0 or any(size and nps.answered < FEWEST for nps, size in strata):
        return None
    shares = [(nps, size / total) for nps, size in strata if size]
    points = sum(share * (nps.points or 0.0) for nps, share in shares)
    middle = 100 * sum(share * nps.adjusted for nps, share in shares)
    reach = 100 * Z * sqrt(sum(share**2 * nps.variance for nps, share in shares))
    return _around(points, middle, reach)


def answers_to_prove(points: float, *, spread: float = 2 / 3) -> int:
    """
    Return how many answers each of two periods needs for a rise of so many points to be proven.

    spread  variance of one answer (+1 promoter, 0, -1 detractor); 2/3: a third of each

    :raises ZeroDivisionError: no number of answers proves a rise of nothing
    """
    return ceil(2 * spread * (100 * Z / points) ** 2)


def _around(value: float, middle: float, reach: float) -> Estimate:
    # The middle is drawn towards nought, so of few and extreme answers it may leave them outside.
    low, high = min(value, middle - reach), max(value, middle + reach)
    return Estimate(value, max(-100.0, low), min(100.0, high))
