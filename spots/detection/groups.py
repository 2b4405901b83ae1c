"""What the fold is made of: alarms, the groups they make, and what people decide of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from spots.detection.arrivals import Bools, Floats, Ints
from spots.detection.score import Score


@dataclass(frozen=True)
class Alarm:
    """A score worth acting on, and the complaints it rests on: columns of one length."""

    at_h: float  # when it was given
    score: Score
    id: Ints
    occurred_h: Floats
    point: Floats  # (n, 2) metres
    places: int  # coordinates among them
    alone: Callable[[Bools], float]  # what some of its members would score by themselves


@dataclass(frozen=True)
class Decisions:
    """
    What people have decided of spots and complaints. Said anew each time: nothing is undone.

    A spot with a case is kept: it is not forgotten before 96 h after the end of its case. An
    alarm that comes back to its place when its members have left the window is still its own.
    """

    kept: Mapping[int, float] = field(default_factory=dict)  # spot to end of its case, h; inf: no
    merged: Mapping[int, int] = field(default_factory=dict)  # spot to the one it lives on in
    split: Mapping[int, int] = field(default_factory=dict)  # new spot to the one it was part of
    apart: frozenset[tuple[int, int]] = frozenset()  # spots that are never merged, besides those
    # Complaint to its spot, None: to none. It joins and leaves no other by itself.
    placed: Mapping[int, int | None] = field(default_factory=dict)
    occurred_h: Mapping[int, float] = field(default_factory=dict)  # of the complaints placed


@dataclass
class Group:
    """A spot or, without `opened_h`, a candidate for one."""

    number: int
    last_h: float  # its last extending alarm
    peak: Score  # of its strongest alarm
    opened_h: float | None = None
    size: int = 0  # members, also those that left the window
    members: dict[int, float] = field(default_factory=dict)  # id to occurred_h, in the window
    case_h: float | None = None  # when its case ended; inf: it has not; None: it has no case
    place: tuple[float, float, float] = (0.0, 0.0, 0.0)  # east, north, reach: of its peak, metres

    @property
    def shown(self) -> bool:
        return self.opened_h is not None

    @property
    def age(self) -> tuple[bool, float, int]:
        """Sorts the oldest spot first, and candidates after every spot."""
        return (not self.shown, self.opened_h or self.last_h, self.number)

    def holds_place_of(self, alarm: Alarm) -> bool:
        """Whether most of an alarm lies where the group was strongest."""
        east, north, reach = self.place
        away = np.hypot(alarm.point[:, 0] - east, alarm.point[:, 1] - north)
        return bool(2 * (away <= reach).sum() > len(away))

    def is_echo(self, score: Score, echo_share: float) -> bool:
        """Whether a score is but the far side of the same outage."""
        weaker = score.value < echo_share * self.peak.value
        return weaker and score.radius_m > self.peak.radius_m


@dataclass(frozen=True)
class NearMiss:
    """A candidate that came to nothing: what chance brings."""

    at_h: float
    score: float


@dataclass(frozen=True)
class Merged:
    """A spot that became part of an older one."""

    at_h: float
    number: int
    into: int


def place_of(alarm: Alarm) -> tuple[float, float, float]:
    """Middle of an alarm's members, and how far the farthest of them is from it, metres."""
    east, north = alarm.point.mean(axis=0).tolist()
    away = np.hypot(alarm.point[:, 0] - east, alarm.point[:, 1] - north)
    return east, north, float(away.max())
