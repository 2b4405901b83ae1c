"""
What changed between two spans of time, each with its 95 % interval (pure).

Sources: D. Katz et al., Obtaining confidence intervals for the risk ratio in cohort studies,
Biometrics 34 (1978), with the half added after S. D. Walter, Biometrika 62 (1975); K. J. Rothman,
Modern Epidemiology (2008), ch. 14, for rates; D. G. Bonett, R. M. Price, Statistical inference for
a linear function of medians, Psychological Methods 7 (2002), on the scale of logarithms.
"""

from dataclasses import dataclass
from math import exp, log, sqrt

from feedback.surveys.scores import FEWEST, Csat, Estimate, Z, csat_change
from heatmaps_project.supervision.boards.spans import Spread
from heatmaps_project.supervision.shares import Share

_HALF = 0.5


@dataclass(frozen=True)
class Rate:
    """So many events for so many units, which both may be counted apart."""

    events: int
    units: int

    @property
    def each(self) -> float | None:
        """Events of a unit; None of nothing."""
        return self.events / self.units if self.units else None

    @property
    def estimate(self) -> Estimate | None:
        """Events of a unit and their interval, as of counts after Poisson; None: too few units."""
        if self.each is None or self.units < FEWEST:
            return None
        reach = Z * sqrt(1 / (self.events + _HALF))
        return Estimate(self.each, self.each * exp(-reach), self.each * exp(reach))


def points(before: Share, after: Share) -> Estimate | None:
    """Return by how many percentage points a share rose, after Newcombe; None: too few to say."""
    return csat_change(Csat(before.part, before.whole), Csat(after.part, after.whole))


def fall_of_share(before: Share, after: Share) -> Estimate | None:
    """Return by how many percent of itself a share fell, 100 (1 - r₁/r₀); None: too few to say."""
    if min(before.whole, after.whole) < FEWEST or not before.part:
        return None
    ratio = (after.part / after.whole) / (before.part / before.whole)
    ends = [(one.part + _HALF, one.whole + _HALF) for one in (before, after)]
    spread = sum(1 / part - 1 / whole for part, whole in ends)
    (part0, whole0), (part1, whole1) = ends
    return _fallen(ratio, (part1 / whole1) / (part0 / whole0), sqrt(spread))


def fall_of_rate(before: Rate, after: Rate) -> Estimate | None:
    """Return by how many percent of itself a rate fell; None: too few to say."""
    if min(before.units, after.units) < FEWEST or not before.events:
        return None
    ratio = (after.events / after.units) / (before.events / before.units)
    ends = [one.events + _HALF for one in (before, after)]
    middle = (ends[1] / after.units) / (ends[0] / before.units)
    return _fallen(ratio, middle, sqrt(1 / ends[0] + 1 / ends[1]))


def times_faster(before: Spread | None, after: Spread | None) -> Estimate | None:
    """Return how many times the median fell, m₀/m₁; None: too few to say, or no time at all."""
    if before is None or after is None or min(before.n, after.n) < FEWEST:
        return None
    if not (before.low and before.median and after.low and after.median):
        return None  # of no time at all there is no ratio
    reach = sqrt(sum(log(one.high / one.low) ** 2 for one in (before, after))) / 2
    ratio = before.median / after.median
    return Estimate(ratio, ratio * exp(-reach), ratio * exp(reach))


def _fallen(ratio: float, middle: float, spread: float) -> Estimate:
    low, high = (middle * exp(side * Z * spread) for side in (1, -1))
    value = 100 * (1 - ratio)
    return Estimate(value, min(value, 100 * (1 - low)), max(value, 100 * (1 - high)))
