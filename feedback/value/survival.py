"""
How many customers of a group stay, month after month, with 95 % intervals (pure).

Kaplan and Meier's estimate, JASA 53 (1958); variance after Greenwood; intervals on the scale of
log(-log S), Kalbfleisch and Prentice, The Statistical Analysis of Failure Time Data (1980), which
stay between nought and one; the difference of two groups at a month with the normal interval.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import exp, inf, log, sqrt
from typing import Final

from feedback.surveys.scores import FEWEST, Estimate, Z

NINETY_DAYS: Final = 3  # months: what billing tells is told by the month


@dataclass(frozen=True)
class Step:
    """
    A month, counted from the first: who was still there as it began, and who left in it.

    stay   of those of the first month, how many are there at its end, 0 … 1
    spread  Greenwood's sum of d / (n (n - d)) up to it
    """

    month: int
    at_risk: int
    left: int
    stay: float
    spread: float

    @property
    def estimate(self) -> Estimate:
        """Percent who stay."""
        low, high = self._bounds()
        return Estimate(100 * self.stay, 100 * low, 100 * high)

    @property
    def deviation(self) -> float:
        """Of `stay`, by Greenwood's formula; nothing is left to deviate where nobody stays."""
        return self.stay * sqrt(self.spread) if self.stay else 0.0

    def _bounds(self) -> tuple[float, float]:
        if not 0 < self.stay < 1:
            return (1.0, 1.0) if self.stay else (0.0, 0.0)
        reach = Z * sqrt(self.spread) / log(self.stay)  # below nought, as the logarithm is
        return self.stay ** exp(-reach), self.stay ** exp(reach)


def curve(left: Mapping[int, int], seen: Mapping[int, int]) -> list[Step]:
    """
    Return the curve of a group, a step for each month up to the last that anybody was seen in.

    left  how many left in each month, 1 …
    seen  how many were last heard of in each month and had not left: known until its end
    """
    last = max([*left, *seen], default=0)
    gone = [left.get(month, 0) for month in range(1, last + 1)]
    out = [left.get(month, 0) + seen.get(month, 0) for month in range(1, last + 1)]
    before = [0, *accumulate(out)]
    steps: list[Step] = []
    stay, spread = 1.0, 0.0
    for month, lost in enumerate(gone, start=1):
        at_risk = before[-1] - before[month - 1]
        stay *= 1 - lost / at_risk
        spread += lost / (at_risk * (at_risk - lost)) if lost < at_risk else inf
        steps.append(Step(month, at_risk, lost, stay, spread))
    return steps


def enough(steps: Sequence[Step]) -> bool:
    """Say whether a curve is of enough customers to say anything."""
    return bool(steps) and steps[0].at_risk >= FEWEST


def at(steps: Sequence[Step], month: int) -> Step | None:
    """Return the step of a month; None: too few customers, or nobody was followed so long."""
    if not enough(steps) or len(steps) < month:
        return None
    return steps[month - 1]


def difference(first: Sequence[Step], second: Sequence[Step], month: int) -> Estimate | None:
    """Return by how many percentage points more of the first stay until a month's end."""
    one, other = at(first, month), at(second, month)
    if one is None or other is None:
        return None
    value = one.stay - other.stay
    reach = Z * sqrt(one.deviation**2 + other.deviation**2)
    return Estimate(100 * value, 100 * max(-1, value - reach), 100 * min(1, value + reach))


def drawn(steps: Sequence[Step], *, months: int, width: float, height: float) -> str:
    """Return the curve as the path of an SVG: from all who are there, a step down each month."""
    path = "M0,0"
    for step in steps:
        x, y = width * step.month / months, height * (1 - step.stay)
        path += f" H{x:.1f} V{y:.1f}"
    return path
