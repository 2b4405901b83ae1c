"""What other weights would make of the queue, before anything is saved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from complaints.customers.walls import Walls
from complaints.intake.models import Topic
from spots.cases.models import Case
from spots.cases.priority.formula import Facts, Part, Priority, Weights, priority_of
from spots.cases.priority.weighing import aged

MOST: Final = 20_000  # cases that are weighed, the most urgent ones of today
SHOWN: Final = 50  # of the new order
PARTS_SHOWN: Final = 3  # of a case, those that differ most
LEAST: Final = 0.05  # points: less is not seen in a rounded part
BANDS: Final = (1, 2, 3, 4)


@dataclass(frozen=True)
class Difference:
    """A part of a case's priority whose points are others."""

    code: str
    value: float
    before: float
    after: float


@dataclass(frozen=True)
class Line:
    """A case in the new order, with its place in the old one. Ranks begin at 1."""

    case_id: int
    place: str
    topic: str
    facts: Facts
    rank_before: int
    rank_after: int
    before: Priority
    after: Priority
    differences: tuple[Difference, ...]

    @property
    def rise(self) -> int:
        """How many places it goes up; below 0: down."""
        return self.rank_before - self.rank_after


@dataclass(frozen=True)
class Preview:
    lines: tuple[Line, ...]  # the first of the new order
    bands: tuple[tuple[int, int, int], ...]  # band, cases before, cases after
    cases: int  # weighed
    moved: int  # to another band
    is_cut: bool  # there are more cases in work than were weighed


@dataclass(frozen=True)
class _Weighed:
    row: dict[str, Any]
    facts: Facts
    before: Priority
    after: Priority


def preview(before: Weights, after: Weights, *, walls: Walls, now: datetime) -> Preview:
    """
    Weigh the cases in work by two versions, from what was last measured of them; two queries.

    Ranked as the queue is: by the rounded points, then the older number. So what is shown is
    what a refresh makes of the queue once the version counts, unless the facts change meanwhile.
    """
    rows = Case.objects.within(walls).working().order_by("-priority", "pk")
    wanted = rows.values("pk", "place", "topic_id", "started_at", "priority_facts")[: MOST + 1]
    found: list[dict[str, Any]] = [dict(row) for row in wanted]
    weighed = [_weighed(row, before, after, now=now) for row in found[:MOST]]
    old = _ranks([(case.row["pk"], case.before) for case in weighed])
    new = _ranks([(case.row["pk"], case.after) for case in weighed])
    first = sorted(weighed, key=lambda case: new[case.row["pk"]])[:SHOWN]
    topics = {topic.pk: str(topic) for topic in Topic.objects.all()}
    return Preview(
        lines=tuple(
            Line(
                case_id=case.row["pk"],
                place=case.row["place"],
                topic=topics.get(case.row["topic_id"], ""),
                facts=case.facts,
                rank_before=old[case.row["pk"]],
                rank_after=new[case.row["pk"]],
                before=case.before,
                after=case.after,
                differences=_differences(case.before.parts, case.after.parts),
            )
            for case in first
        ),
        bands=tuple(
            (
                band,
                sum(case.before.band == band for case in weighed),
                sum(case.after.band == band for case in weighed),
            )
            for band in BANDS
        ),
        cases=len(weighed),
        moved=sum(case.before.band != case.after.band for case in weighed),
        is_cut=len(found) > MOST,
    )


def _weighed(row: dict[str, Any], before: Weights, after: Weights, *, now: datetime) -> _Weighed:
    facts = aged(Facts.stored(row["priority_facts"]), row["started_at"], now=now)
    return _Weighed(row, facts, priority_of(facts, before), priority_of(facts, after))


def _ranks(priorities: Sequence[tuple[int, Priority]]) -> dict[int, int]:
    order = sorted(priorities, key=lambda pair: (-round(pair[1].points, 1), pair[0]))
    return {case_id: rank for rank, (case_id, _) in enumerate(order, start=1)}


def _differences(before: Sequence[Part], after: Sequence[Part]) -> tuple[Difference, ...]:
    """Return the parts whose points differ, the greatest difference first."""
    was = {part.code: part for part in before}
    now = {part.code: part for part in after}
    every = [
        Difference(
            code,
            (now.get(code) or was[code]).value,
            was[code].points if code in was else 0.0,
            now[code].points if code in now else 0.0,
        )
        for code in dict.fromkeys([*now, *was])
    ]
    seen = [part for part in every if abs(part.after - part.before) >= LEAST]
    seen.sort(key=lambda part: -abs(part.after - part.before))
    return tuple(seen[:PARTS_SHOWN])
