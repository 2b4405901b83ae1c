"""A share, and how sure one can be of it."""

from dataclasses import dataclass
from math import sqrt

Z = 1.959964  # two-sided 95 % of the normal distribution


@dataclass(frozen=True)
class Share:
    """`part` of `whole`, both counted."""

    part: int
    whole: int

    @property
    def percent(self) -> float | None:
        """0 … 100; None of nothing."""
        return 100 * self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """
        The 95 % interval of the percentage, after Wilson; None of nothing.

        E. B. Wilson, Probable inference, the law of succession, and statistical inference,
        JASA 22 (1927): honest for small numbers and near 0 and 100, where ± would not be.
        """
        if not self.whole:
            return None
        n, share = self.whole, self.part / self.whole
        middle = share + Z * Z / (2 * n)
        reach = Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
        scale = 100 / (1 + Z * Z / n)
        return max(0.0, scale * (middle - reach)), min(100.0, scale * (middle + reach))

    def __add__(self, other: "Share") -> "Share":
        return Share(self.part + other.part, self.whole + other.whole)


NOTHING = Share(0, 0)
