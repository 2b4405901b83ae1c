"""
Identities: which alarms are the same spot, as it opens, grows, falls dormant, returns, merges.

Alarms are taken one by one in order of reception. What is kept of them is a list of groups:
spots, shown to people, and candidates, which were too weak so far to open one. A complaint is
a member of one group at most. Nothing happens between alarms: whether a spot is dormant at a
time follows from its last extending alarm, so it does not matter when, or whether, one looks.

A group's number is the lowest id of the complaints that founded it and were nobody's. So it is
the same whenever the same alarm founds it, also in a replay of corrected history.

People have the last word, see `Decisions`: the fold obeys them, and never undoes them.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from typing import Any, Self

import numpy as np

from spots.detection.arrivals import Bools
from spots.detection.groups import Alarm, Decisions, Group, Merged, NearMiss, place_of
from spots.detection.rules import Rule
from spots.detection.score import Score


class Fold:
    """The groups of one region and rule. `take` alarms in order; read `spots` and `merged`."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.merged: list[Merged] = []  # since the reader last emptied it
        self.missed: list[NearMiss] = []  # the same
        self._placed: Mapping[int, int | None] = {}  # by people: see Decisions
        self._split: Mapping[int, int] = {}
        self._apart: frozenset[tuple[int, int]] = frozenset()
        self._kept: Mapping[int, float] = {}
        self._groups: dict[int, Group] = {}
        self._owner: dict[int, int] = {}  # complaint to group number

    @property
    def spots(self) -> list[Group]:
        """Spots not forgotten, dormant ones too, the oldest first."""
        return sorted((g for g in self._groups.values() if g.shown), key=lambda g: g.age)

    def spot(self, number: int) -> Group | None:
        """The spot of this number, None if there is none any more."""
        group = self._groups.get(number)
        return group if group and group.shown else None

    def is_placed(self, complaint: int) -> bool:
        """Whether a person has said where a complaint belongs."""
        return complaint in self._placed

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
        elif returned := self._returned(alarm):
            owner = returned
        else:
            founder = self._candidate(held - spots, alarm)
            if founder is None:
                return
            owner = founder
            if alarm.score.value >= open_at and self._may_open(alarm):
                owner.opened_h = alarm.at_h
        self._extend(owner, alarm)
        self._merge(owner, held, alarm.at_h)

    def forget(self, at_h: float) -> None:
        """Drop groups long without an extending alarm."""
        for group in list(self._groups.values()):
            kept_h = self.rule.forget_h if group.shown else self.rule.dormant_h
            if at_h - max(group.last_h, group.case_h or 0.0) > kept_h:
                self._drop(group)
                if not group.shown:
                    self.missed.append(NearMiss(group.last_h, group.peak.value))

    def obey(self, decisions: Decisions, *, at_h: float) -> None:
        """Let people's decisions hold from now on; those that hold already change nothing."""
        self._merge_and_split(decisions)
        for number, ended_h in decisions.kept.items():
            if number in self._groups:
                self._groups[number].case_h = ended_h
        self._placed, self._split, self._kept = decisions.placed, decisions.split, decisions.kept
        self._apart = decisions.apart
        for complaint, spot in decisions.placed.items():
            if self._owner.get(complaint) != spot:
                self._release(complaint)
                occurred_h = decisions.occurred_h[complaint]
                if spot in self._groups and occurred_h >= at_h - self.rule.window_h:
                    self._give(complaint, occurred_h, self._groups[spot])

    def _merge_and_split(self, decisions: Decisions) -> None:
        for number, into in decisions.merged.items():
            goes, keeps = self._groups.get(number), self._groups.get(into)
            if goes and keeps and goes is not keeps:
                self._absorb(keeps, goes)
        for number, part_of in decisions.split.items():
            whole = self._groups.get(part_of)
            if whole and number not in self._groups:
                part = replace(whole, number=number, members={}, size=0, case_h=np.inf)
                self._groups[number] = part

    def near_misses(self) -> list[NearMiss]:
        """The candidates that came to nothing since this was last asked."""
        missed, self.missed = self.missed, []
        return missed

    def retain(self, complaints: Collection[int]) -> None:
        """Let go of every member but these: what is judged here has changed."""
        for complaint in self._owner.keys() - set(complaints):
            self._release(complaint)

    def state(self, at_h: float) -> dict[str, Any]:
        """Everything, as plain data for JSON; `restored` reads it back."""
        self.forget(at_h)
        for group in self._groups.values():
            self._age(group, at_h)
        return {
            "groups": [
                {
                    **asdict(group),
                    "members": list(group.members.items()),
                    "case_h": None if group.case_h is None else str(group.case_h),  # "inf"
                }
                for group in self._groups.values()
            ],
            "merged": [asdict(merged) for merged in self.merged],
            "missed": [asdict(missed) for missed in self.missed],
        }

    @classmethod
    def restored(cls, rule: Rule, state: dict[str, Any]) -> Self:
        fold = cls(rule)
        fold.merged = [Merged(**merged) for merged in state["merged"]]
        fold.missed = [NearMiss(**missed) for missed in state["missed"]]
        for kept in state["groups"]:
            members = {int(i): float(h) for i, h in kept["members"]}
            case_h = None if kept["case_h"] is None else float(kept["case_h"])
            told = {"peak": Score(**kept["peak"]), "members": members, "case_h": case_h}
            group = Group(**{**kept, **told, "place": tuple(kept["place"])})
            fold._groups[group.number] = group
            fold._owner.update(dict.fromkeys(members, group.number))
        return fold

    def _may_open(self, alarm: Alarm) -> bool:
        """What is over by now opens nothing, however surprising, nor what stands on one pole."""
        return alarm.score.live >= self.rule.live_at and alarm.places >= self.rule.minimum_places

    def _holding_most(self, held: Counter[int]) -> Group:
        """The group with most of an alarm's members; of equals the oldest."""
        return min((self._groups[n] for n in held), key=lambda g: (-held[g.number], g.age))

    def _returned(self, alarm: Alarm) -> Group | None:
        """
        The spot to whose place an alarm comes back after its members have left the window.

        Only a spot with a case is known so long; the oldest of several.
        """
        for spot in self.spots:
            waiting = spot.case_h is not None and not spot.members
            if waiting and spot.holds_place_of(alarm) and self._wakes(spot, alarm):
                return spot
        return None

    def _candidate(self, held: Counter[int], alarm: Alarm) -> Group | None:
        """The candidate that an alarm belongs to, or a new one; None if all of it is placed."""
        if held and held.total() >= self.rule.hold_share * len(alarm.id):
            return self._holding_most(held)
        free = [i for i in alarm.id.tolist() if i not in self._owner and i not in self._placed]
        if not free:
            return None
        group = Group(min(free), alarm.at_h, alarm.score, case_h=self._kept.get(min(free)))
        self._groups[group.number] = group
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
        if not group.size or alarm.score.value > group.peak.value:
            group.peak, group.place = alarm.score, place_of(alarm)
        self._age(group, alarm.at_h)
        free = self._free(alarm, group)
        for complaint, occurred_h in zip(
            alarm.id[free].tolist(), alarm.occurred_h[free].tolist(), strict=True
        ):
            self._release(complaint)
            self._give(complaint, occurred_h, group)

    def _give(self, complaint: int, occurred_h: float, group: Group) -> None:
        group.members[complaint] = occurred_h
        self._owner[complaint] = group.number
        group.size += 1

    def _free(self, alarm: Alarm, group: Group) -> Bools:
        """
        Members of an alarm that are in no group, and that no person has placed.

        What candidates hold is free for spots.
        """
        owners = [self._groups.get(self._owner.get(i, -1)) for i in alarm.id.tolist()]
        free = [o is None or (group.shown and not o.shown) for o in owners]
        placed = [i in self._placed for i in alarm.id.tolist()]
        return np.asarray(np.array(free) & ~np.array(placed))

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
            if self._are_split(owner.number, number):
                continue
            keeps, goes = sorted((owner, other), key=lambda g: g.age)
            self._absorb(keeps, goes)
            if goes.shown:
                self.merged.append(Merged(at_h, goes.number, keeps.number))
            owner = keeps

    def _are_split(self, one: int, other: int) -> bool:
        """Whether a person has made two spots of these, which were one."""
        if {(one, other), (other, one)} & self._apart:
            return True
        return self._split.get(one) == other or self._split.get(other) == one

    def _absorb(self, keeps: Group, goes: Group) -> None:
        keeps.last_h = max(keeps.last_h, goes.last_h)
        if goes.peak.value > keeps.peak.value:
            keeps.peak, keeps.place = goes.peak, goes.place
        keeps.size += goes.size
        keeps.members |= goes.members
        self._owner.update(dict.fromkeys(goes.members, keeps.number))
        del self._groups[goes.number]

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
