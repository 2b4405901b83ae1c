"""
What people did with cases like this one: “8 of 9 were moved on to Optimisation”.

The 9 are the cases like it that came to the same team, not only those that were moved: what
stayed where it came speaks against moving, and counts. Likeness is tried from close to loose;
the first degree with LEAST such cases decides, and a team is offered if at least SHARE of them
ended there.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, hypot, radians

LEAST = 3  # cases; fewer are no habit
SHARE = 0.6  # of them
NEAR_KM = 5.0  # between the centres: the same district
_KM_PER_DEGREE = 111.2

# what has to be the same, closest first
DEGREES = (
    ("topic", "cause", "near"),
    ("topic", "cause"),
    ("topic", "near"),
    ("cause",),
    ("topic",),
)


@dataclass(frozen=True)
class Precedent:
    """A case as it was: of what, where, to whom it came first, and where people left it."""

    topic: int | None
    cause: int | None
    at: tuple[float, float]  # degrees of longitude and latitude
    first: int | None  # team; None: no rule took it
    last: int | None = None


@dataclass(frozen=True)
class Offer:
    team: int
    moved: int
    of: int
    alike: tuple[str, ...]  # one of DEGREES


def offer(case: Precedent, past: Iterable[Precedent]) -> Offer | None:
    """
    Return the team to which cases like this one were moved on; None where there is no habit.

    case  what is to be moved; `first` is the team that has it now
    """
    came = [one for one in past if one.first == case.first]
    for degree in DEGREES:
        alike = [one for one in came if all(_SAME[name](one, case) for name in degree)]
        if len(alike) >= LEAST:
            return _habit(case, alike, degree)
    return None


def _habit(case: Precedent, alike: list[Precedent], degree: tuple[str, ...]) -> Offer | None:
    moved = Counter(one.last for one in alike if one.last is not None and one.last != case.first)
    for team, count in moved.most_common(1):
        if team is not None and count >= SHARE * len(alike):
            return Offer(team, count, len(alike), degree)
    return None


def _near(one: Precedent, other: Precedent) -> bool:
    east = (one.at[0] - other.at[0]) * cos(radians(other.at[1]))
    return hypot(east, one.at[1] - other.at[1]) * _KM_PER_DEGREE <= NEAR_KM


_SAME = {
    "topic": lambda one, case: case.topic is not None and one.topic == case.topic,
    "cause": lambda one, case: case.cause is not None and one.cause == case.cause,
    "near": _near,
}
