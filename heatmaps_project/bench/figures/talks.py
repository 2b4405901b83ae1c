"""
The scorecards counted a second time, conversation by conversation, after their definitions alone.

As recounting.py, it shares no line with what the page is drawn by.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from heatmaps_project.bench.figures.recounting import Asked
from heatmaps_project.bench.figures.rows import LookupRow, OutcomeRow, Rows

DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Talk:
    """A conversation that somebody of the staff had."""

    call: Any
    at: datetime
    agent: int
    customer: int | None
    ends: list[OutcomeRow]

    @property
    def cases(self) -> set[int]:
        return {end.case for end in self.ends if end.case is not None}


def agents(rows: Rows, asked: Asked, *, seconds: int) -> dict[int | None, dict[str, Any]]:
    """Return each agent's figures by their number, and those of all together (None)."""
    talks = list(_talks(rows, asked))
    knows = _Knows(rows, asked.now)
    of: dict[int | None, list[Talk]] = defaultdict(list)
    for talk in talks:
        of[talk.agent].append(talk)
    of[None] = talks
    return {agent: _figures(theirs, knows, asked, seconds) for agent, theirs in of.items()}


def _talks(rows: Rows, asked: Asked) -> Iterator[Talk]:
    calls: dict[Any, list[LookupRow]] = defaultdict(list)
    for row in sorted(rows.lookups, key=lambda row: (row.at, row.pk)):
        if row.origin == "page":
            calls[row.call].append(row)
    for call, looked in calls.items():
        first, who = looked[0], next((row.customer for row in looked if row.customer), None)
        if asked.since <= first.at < asked.now and first.by is not None:
            ends = [end for row in looked for end in rows.outcomes.get(row.pk, [])]
            yield Talk(call, first.at, first.by, who, ends)


class _Knows:
    """What there is to know of a customer and of a case, found once."""

    def __init__(self, rows: Rows, now: datetime) -> None:
        who = {pk: one.customer for pk, one in rows.invitations.items()}
        self.now = now
        self.calls = _by((row.customer, row) for row in rows.lookups if row.origin != "own")
        self.due = _by((row.case, row) for row in rows.clocks)
        self.left = _by((row.customer, row.month) for row in rows.months if row.left)
        self.said = _by(
            (who[row.answer__invitation], row.answer__at)
            for row in rows.comments
            if "leaving" in row.alarms
        )
        self.ratings = _by(
            (who[row.invitation], (row, rows.invitations[row.invitation]))
            for row in sorted(rows.answers, key=lambda row: row.at)
            if row.question == 1 and row.kind == "csat" and row.score is not None
        )

    def again(self, talk: Talk) -> bool:
        return any(
            look.call != talk.call and self._soon(look.at, talk.at, 7)
            for look in self.calls[talk.customer]
        )

    def rating(self, talk: Talk) -> int | None:
        for answer, invited in self.ratings[talk.customer]:
            theirs = invited.agent == talk.agent
            of_case = invited.agent is None and invited.case in talk.cases
            if (theirs or of_case) and self._soon(answer.at, talk.at, 14):
                score: int = answer.score
                return score
        return None

    def leaving(self, talk: Talk) -> bool:
        first, last = talk.at.date().replace(day=1), (talk.at + 90 * DAY).date()
        left = any(first <= month <= last for month in self.left[talk.customer])
        return left or any(self._soon(at, talk.at, 90) for at in self.said[talk.customer])

    def broken(self, talk: Talk) -> bool:
        return any(self._is_broken(clock) for case in talk.cases for clock in self.due[case])

    def _is_broken(self, clock: Any) -> bool:
        if clock.due_at is None or clock.due_at >= self.now:
            return False
        done = clock.satisfied_at is not None and clock.satisfied_at <= clock.due_at
        not_needed = clock.stopped_at is not None and clock.stopped_at <= clock.due_at
        return not (done or not_needed)

    def _soon(self, at: datetime, after: datetime, days: int) -> bool:
        return after < at <= min(after + days * DAY, self.now)


def _figures(talks: list[Talk], knows: _Knows, asked: Asked, seconds: int) -> dict[str, Any]:
    ended = [talk for talk in talks if talk.ends]
    with_case = [talk for talk in talks if talk.cases]
    known = [talk for talk in talks if talk.customer is not None]
    old = [talk for talk in known if talk.at <= asked.now - 7 * DAY]
    rated = [score for talk in known if (score := knows.rating(talk)) is not None]
    soon = [talk for talk in ended if max(end.at for end in talk.ends) - talk.at <= _s(seconds)]
    return {
        "conversations": len(talks),
        "in time": (len(soon), len(ended)),
        "kept": _of(with_case, lambda talk: not knows.broken(talk)),
        "again": _of(old, knows.again),
        "well": (sum(score >= 4 for score in rated), len(rated)),
        "leaving": _of(known, knows.leaving),
    }


def _by(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found


def _s(seconds: int) -> timedelta:
    return timedelta(seconds=seconds)


def _of(talks: list[Talk], is_so: Callable[[Talk], bool]) -> tuple[int, int]:
    return sum(map(is_so, talks)), len(talks)
