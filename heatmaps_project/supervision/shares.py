"""A share, and how sure one can be of it."""

from dataclasses import dataclass

from feedback.surveys.scores import wilson


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
        low, high = wilson(self.part, self.whole)
        return 100 * low, 100 * high

    def __add__(self, other: "Share") -> "Share":
        return Share(self.part + other.part, self.whole + other.whole)


NOTHING = Share(0, 0)
