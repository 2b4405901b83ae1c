"""
Identities: which alarms are the same spot, as it opens, grows, falls dormant, returns, merges.

Alarms are taken one by one in order of reception. What is kept of them is a list of groups:
spots, shown to people, and candidates, which were too weak so far to open one. A complaint is
a member of one group at most. Nothing happens between alarms: whether a spot is dormant at a
time follows from its last extending alarm, so it does not matter when, or whether, one looks.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Self

import numpy as np

from spots.detection.arrivals import Bools, Floats, Ints
from spots.detection.rules import Rule
from spots.detection.score import Score


@dataclass(frozen=True)
class Alarm:
    """A score worth acting on, and the complaints it rests on: columns of one length."""

    at_h: float  # when it was given
    score: Score
    id: Ints
    occurred_h: Floats
    places: int  # coordinates among them
    alone: Callable[[Bools], float]  # what some of its members would score by themselves


@dataclass
class Group:
    """A spot or, without `opened_h`, a candidate for one."""

    number: int
    last_h: float  # its last extending alarm
    peak: Score  # of its strongest alarm
    opened_h: float | None = None
    size: int = 0  # members, also those that left the window
    members: dict[int, float] = field(default_factory=dict)  # id to occurred_h, in the window

    @property
    def shown(self) -> bool:
        return self.opened_h is not None

    @property
    def age(self) -> tuple[bool, float, int]:
        """Sorts the oldest spot first, and candidates after every spot."""
        return (not self.shown, self.opened_h or self.last_h, self.number)

    def is_echo(self, score: Score, echo_share: float) -> bool:
        """Whether a score is but the far side of the same outage."""
        weaker = score.value < echo_share * self.peak.value
        return weaker and score.radius_m > self.peak.radius_m


@dataclass(frozen=True)
class Merged:
    """A spot that became part of an older one."""

    at_h: float
    number: int
    into: int


class Fold:
    """The groups of one region and rule. `take` alarms in order; read `spots` and `merged`."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.merged: list[Merged] = []  # since the reader last emptied it
        self._groups: dict[int, Group] = {}
        self._owner: dict[int, int] = {}  # complaint to group number
        self._next = 1

    @property
    def spots(self) -> list[Group]:
        """Spots not forgotten, dormant ones too, the oldest first."""
        return sorted((g for g in self._groups.values() if g.shown), key=lambda g: g.age)

    def is_dormant(self, spot: Group, at_h: float) -> bool:
        return at_h - spot.last_h > self.rule.dormant_h

    def take(self, alarm: Alarm, *, open_at: float) -> None:
        """
        Let an alarm open, extend, reopen or merge spots, or leave it a candidate.

        open_at  score that opens a spot
        """
        self.forget(alarm.at_h)
        held = Counter(self._owner[i] for i in alarm.id.tolist() if i in self._owner)
        spots = Counter({n: held[n] for n in held if self._groups[n].shown})
        if spots and spots.total() >= self.rule.hold_share * len(alarm.id):
            owner = self._holding_most(spots)
            if not self._wakes(owner, alarm):
                return
        else:
            owner = self._candidate(held - spots, alarm)
            if alarm.score.value >= open_at and self._may_open(alarm):
                owner.opened_h = alarm.at_h
        self._extend(owner, alarm)
        self._merge(owner, held, alarm.at_h)

    def forget(self, at_h: float) -> None:
        """Drop groups long without an extending alarm."""
        for group in list(self._groups.values()):
            kept_h = self.rule.forget_h if group.shown else self.rule.dormant_h
            if at_h - group.last_h > kept_h:
                self._drop(group)

    def state(self, at_h: float) -> dict[str, Any]:
        """Everything, as plain data for JSON; `restored` reads it back."""
        self.forget(at_h)
        for group in self._groups.values():
            self._age(group, at_h)
        return {
            "next": self._next,
            "groups": [
                {**asdict(group), "members": list(group.members.items())}
                for group in self._groups.values()
            ],
            "merged": [asdict(merged) for merged in self.merged],
        }

    @classmethod
    def restored(cls, rule: Rule, state: dict[str, Any]) -> Self:
        fold = cls(rule)
        fold._next = state["next"]
        fold.merged = [Merged(**merged) for merged in state["merged"]]
        for kept in state["groups"]:
            members = {int(i): float(h) for i, h in kept["members"]}
            group = Group(**{**kept, "peak": Score(**kept["peak"]), "members": members})
            fold._groups[group.number] = group
            fold._owner.update(dict.fromkeys(members, group.number))
        return fold

    def _may_open(self, alarm: Alarm) -> bool:
        """What is over by now opens nothing, however surprising, nor what stands on one pole."""
        return alarm.score.live >= self.rule.live_at and alarm.places >= self.rule.minimum_places

    def _holding_most(self, held: Counter[int]) -> Group:
        """The group with most of an alarm's members; of equals the oldest."""
        return min((self._groups[n] for n in held), key=lambda g: (-held[g.number], g.age))

    def _candidate(self, held: Counter[int], alarm: Alarm) -> Group:
        if held and held.total() >= self.rule.hold_share * len(alarm.id):
            return self._holding_most(held)
        group = Group(self._next, alarm.at_h, alarm.score)
        self._groups[group.number] = group
        self._next += 1
        return group

    def _wakes(self, spot: Group, alarm: Alarm) -> bool:
        """Whether an alarm of a spot's own extends it, or reopens it if it is dormant."""
        if not self.is_dormant(spot, alarm.at_h):
            return alarm.score.live >= self.rule.live_at
        return alarm.alone(self._free(alarm, spot)) >= self.rule.reopen_at

    def _extend(self, group: Group, alarm: Alarm) -> None:
        """Note the alarm and, unless it is an echo, take its members that are free."""
        group.last_h = alarm.at_h
        if group.size and group.is_echo(alarm.score, self.rule.echo_share):
            return
        group.peak = max(group.peak, alarm.score, key=lambda score: score.value)
        self._age(group, alarm.at_h)
        free = self._free(alarm, group)
        members = zip(alarm.id[free].tolist(), alarm.occurred_h[free].tolist(), strict=True)
        for complaint, occurred_h in members:
            self._release(complaint)
            group.members[complaint] = occurred_h
            self._owner[complaint] = group.number
            group.size += 1

    def _free(self, alarm: Alarm, group: Group) -> Bools:
        """Members of an alarm that are in no group; what candidates hold is free for spots."""
        owners = [self._groups.get(self._owner.get(i, 0)) for i in alarm.id.tolist()]
        return np.array([o is None or (group.shown and not o.shown) for o in owners])

    def _release(self, complaint: int) -> None:
        number = self._owner.pop(complaint, None)
        if number is not None:
            group = self._groups[number]
            del group.members[complaint]
            group.size -= 1

    def _merge(self, owner: Group, held: Counter[int], at_h: float) -> None:
        """Make one of the groups an alarm joins: the oldest absorbs the others."""
        for number, count in sorted(held.items()):
            other = self._groups.get(number)
            if other is None or other is owner or count < self.rule.merge_share * other.size:
                continue
            if other.shown and not owner.shown:
                continue  # a candidate never touches a spot
            keeps, goes = sorted((owner, other), key=lambda g: g.age)
            keeps.last_h = max(keeps.last_h, goes.last_h)
            keeps.peak = max(keeps.peak, goes.peak, key=lambda score: score.value)
            keeps.size += goes.size
            keeps.members |= goes.members
            self._owner.update(dict.fromkeys(goes.members, keeps.number))
            del self._groups[goes.number]
            if goes.shown:
                self.merged.append(Merged(at_h, goes.number, keeps.number))
            owner = keeps

    def _age(self, group: Group, at_h: float) -> None:
        """Let go of members that left the window; they still count in the group's size."""
        since = at_h - self.rule.window_h
        for complaint in [i for i, occurred_h in group.members.items() if occurred_h < since]:
            del group.members[complaint]
            del self._owner[complaint]

    def _drop(self, group: Group) -> None:
        for complaint in group.members:
            del self._owner[complaint]
        del self._groups[group.number]
