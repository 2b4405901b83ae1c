"""
Which rule takes a case, and why each one before it did not.

Rules are asked in order and the first that matches decides. A rule matches when each of its
conditions that is set holds; what is left empty matches everything. Live routing and the trial
of a rule both come through `decide`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TypeVar

from shapely import MultiPolygon, Point, Polygon

from spots.routing.facts import Facts

FAULT = "fault"  # in the place of a condition: the rule cannot be asked at all
_ROUNDING = 1e-9  # three thirds are a whole
_Key = TypeVar("_Key", int, str)


@dataclass(frozen=True)
class Rule:
    """A routing rule as the arithmetic takes it; empty, None and "" ask for nothing."""

    id: int | None  # None: not saved yet
    order: int
    team: int
    version: int | None = None  # of its history
    fault: str = ""  # why it cannot be asked
    brand: int | None = None
    region: int | None = None
    kind: str = ""
    area: Polygon | MultiPolygon | None = None  # WGS 84; covers the case's centre
    technologies: frozenset[str] = frozenset()  # any of them
    topics: frozenset[int] = frozenset()
    topics_share: float = 0.5  # of the complaints, all of these topics together, 0 … 1
    causes: frozenset[int] = frozenset()
    segments: frozenset[str] = frozenset()
    segments_share: float = 0.5  # of the customers, all of these segments together, 0 … 1
    complex_only: bool = False
    weekdays: frozenset[int] = frozenset()  # Monday is 0
    hours: tuple[time, time] | None = None  # [from, until) on the region's clock; may pass midnight


@dataclass(frozen=True)
class Passed:
    """A rule that was asked and did not match, and the first of its conditions that failed."""

    rule: int | None
    order: int
    why: str  # a key of CONDITIONS, or FAULT


@dataclass(frozen=True)
class Decision:
    rule: Rule | None  # None: no rule matches
    because: tuple[str, ...]  # the rule's conditions, all of which hold; keys of CONDITIONS
    passed: tuple[Passed, ...]  # in order


def decide(rules: Iterable[Rule], facts: Facts) -> Decision:
    """Return which of the rules, which are in order, takes the case, and why."""
    passed: list[Passed] = []
    for rule in rules:
        because: list[str] = []
        why = FAULT if rule.fault else _failing(rule, facts, because)
        if not why:
            return Decision(rule, tuple(because), tuple(passed))
        passed.append(Passed(rule.id, rule.order, why))
    return Decision(None, (), tuple(passed))


def _failing(rule: Rule, facts: Facts, because: list[str]) -> str:
    """Return the first condition that fails, or ""; put those before it that hold in `because`."""
    for name, holds in CONDITIONS.items():
        answer = holds(rule, facts)
        if answer is False:
            return name
        if answer:
            because.append(name)
    return ""


def _same(wanted: int | str | None, found: int | str) -> bool | None:
    return wanted == found if wanted else None


def _covers(rule: Rule, facts: Facts) -> bool | None:
    if rule.area is None or rule.fault:
        return None
    return bool(rule.area.covers(Point(facts.at)))


def _any_of(wanted: frozenset[str], found: frozenset[str]) -> bool | None:
    return bool(wanted & found) if wanted else None


def _enough(wanted: frozenset[_Key], shares: Mapping[_Key, float], least: float) -> bool | None:
    """Say whether the wanted ones together reach a share; a share of 0 asks for any at all."""
    if not wanted:
        return None
    share = sum(shares.get(key, 0.0) for key in wanted)
    return share > 0 and share >= least - _ROUNDING


def _opened_in_time(rule: Rule, facts: Facts) -> bool | None:
    if not rule.weekdays and rule.hours is None:
        return None
    day = _day_of_shift(facts.opened, rule.hours)
    return day is not None and (not rule.weekdays or day in rule.weekdays)


def _day_of_shift(at: datetime, hours: tuple[time, time] | None) -> int | None:
    """
    Return the weekday whose hours a moment is in; None: it is outside of them.

    Three in the night of Saturday is in Friday's hours from 22:00 until 06:00.
    """
    if hours is None:
        return at.weekday()
    begin, end = hours
    clock = at.time().replace(tzinfo=None)
    if begin < end:
        return at.weekday() if begin <= clock < end else None
    if clock >= begin:
        return at.weekday()
    return (at - timedelta(days=1)).weekday() if clock < end else None


Condition = Callable[[Rule, Facts], bool | None]  # None: the rule does not ask for it
CONDITIONS: dict[str, Condition] = {
    "brand": lambda rule, facts: _same(rule.brand, facts.brand),
    "region": lambda rule, facts: _same(rule.region, facts.region),
    "kind": lambda rule, facts: _same(rule.kind, facts.kind),
    "area": _covers,
    "technologies": lambda rule, facts: _any_of(rule.technologies, facts.technologies),
    "topics": lambda rule, facts: _enough(rule.topics, facts.topics, rule.topics_share),
    "cause": lambda rule, facts: facts.cause in rule.causes if rule.causes else None,
    "segments": lambda rule, facts: _enough(rule.segments, facts.segments, rule.segments_share),
    "complexity": lambda rule, facts: bool(facts.complexity) if rule.complex_only else None,
    "when": _opened_in_time,
}
