"""
What customers of a group were worth, and how many left, with 95 % intervals (pure).

Shares after Wilson; the mean revenue with the normal interval of a mean. Of fewer than ten
customers nothing is said.
"""

from dataclasses import astuple, dataclass
from math import sqrt

from feedback.surveys.scores import FEWEST, Estimate, Z, wilson


@dataclass(frozen=True)
class Group:
    """Customers with the same rating and as many complaints."""

    customers: int
    left: int
    told: int = 0  # of how many the revenue is known
    total: float = 0.0  # of their mean monthly revenues, roubles
    squares: float = 0.0  # of these, summed

    def __add__(self, other: "Group") -> "Group":
        return Group(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    @property
    def churn(self) -> Estimate | None:
        """Percent of them who left; None: too few to say."""
        if self.customers < FEWEST:
            return None
        low, high = wilson(self.left, self.customers)
        return Estimate(100 * self.left / self.customers, 100 * low, 100 * high)

    @property
    def revenue(self) -> Estimate | None:
        """Roubles a month; None: too few to say."""
        if self.told < FEWEST:
            return None
        mean = self.total / self.told
        spread = max(0.0, (self.squares - self.told * mean * mean) / (self.told - 1))
        reach = Z * sqrt(spread / self.told)
        return Estimate(mean, max(0.0, mean - reach), mean + reach)


@dataclass(frozen=True)
class Mark:
    """Where an estimate is drawn on a line from nought to the largest, in percent of its width."""

    low: float
    value: float
    high: float

    @property
    def width(self) -> float:
        return self.high - self.low


def marks(estimates: list[Estimate | None]) -> list[Mark | None]:
    """Return where each estimate is drawn, all on one scale."""
    top = max((one.high for one in estimates if one), default=0.0) or 1.0
    return [
        Mark(*(round(100 * x / top, 2) for x in (one.low, one.value, one.high))) if one else None
        for one in estimates
    ]
