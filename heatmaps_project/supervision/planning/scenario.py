"""What mending places would meet: their complaints among all, first place by place (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """After so many places: the complaints in them, together, of all there were."""

    places: int
    complaints: int
    all: int

    @property
    def percent(self) -> float:
        """0 … 100; of no complaints, none are met."""
        return 100 * self.complaints / self.all if self.all else 0.0


def curve(complaints: Sequence[int], *, of: int) -> list[Step]:
    """
    Return the steps from no place to all, in the order given.

    complaints  of each place; no complaint is in two
    of          all complaints of the same time and walls
    """
    steps, met = [Step(0, 0, of)], 0
    for number, count in enumerate(complaints, 1):
        met += count
        steps.append(Step(number, met, of))
    return steps


def fewest(steps: Sequence[Step], percent: float) -> int | None:
    """Return how many places meet a share of complaints, 0 … 100; None: all of them do not."""
    return next((step.places for step in steps if step.percent >= percent), None)
