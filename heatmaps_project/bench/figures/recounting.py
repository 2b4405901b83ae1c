"""
The figures counted a second time, row by row, after their definitions alone.

It shares no line with heatmaps_project/supervision, on purpose: plain loops over plain rows, as
somebody would write them in a notebook who has read what the pages say of how they count. What
the pages show has to be equal (`./dev bench figures`, tests/heatmaps_project/bench/figures).
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from heatmaps_project.bench.figures.rows import CaseRow, ClockRow, Rows
from heatmaps_project.bench.figures.surveys import of_us_all

HOUR: Final = timedelta(hours=1)
FEWEST: Final = 10  # of which a share, a rate or a score is told of before and after
NO_FAULT: Final = ("not_network", "duplicate", "test")
WORKED_ON: Final = (
    *("detected", "routed", "accepted", "diagnosing", "fixing", "waiting", "reopened"),
)


@dataclass(frozen=True)
class Asked:
    """Of which days until when, and of which team and region: None is all."""

    now: datetime
    zone: ZoneInfo
    days: int
    team: int | None = None
    region: int | None = None

    @property
    def since(self) -> datetime:
        """The reader's midnight with which the first of the days began; today is one of them."""
        first = self.now.astimezone(self.zone).date() - timedelta(days=self.days - 1)
        return datetime.combine(first, time(), self.zone)

    def has(self, at: datetime | None) -> bool:
        return at is not None and self.since <= at <= self.now


def recounted(rows: Rows, asked: Asked) -> dict[str, Any]:
    """Return every figure by its name: a share as (part, whole), a count as a number."""
    spots = {row.pk: row for row in rows.cases.values() if _is_counted(row, asked)}
    lives = {pk: _life(rows, pk, asked.now) for pk in spots}
    good = {pk: _held_within_a_day(spots[pk], lives[pk], asked) for pk in spots}
    due = [row for row in rows.clocks if row.case in spots]
    fixed = {pk for pk, life in lives.items() if any(asked.has(at) for at in life["fixed"])}
    rated = list(_ratings(rows, spots, asked))
    return {
        "in a day": _share(one for one in good.values() if one is not None),
        "kept": _share(one for one in (_kept(row, asked) for row in due) if one is not None),
        "missed": sum(_is_missed(row, asked.now) for row in due),
        "through spots": _share(_through_spots(rows, asked)),
        "satisfied": _share(score >= 4 for score in rated),
        "mean rating": round(sum(rated) / len(rated), 9) if rated else None,
        "opened": sum(any(asked.has(at) for at in life["opened"]) for life in lives.values()),
        "fixed": len(fixed),
        "open": sum(row.state in WORKED_ON for row in spots.values()),
        "helped": _helped(rows, spots, asked),
        **_told(rows, spots, asked),
        **_quality(rows, spots, asked),
        **_calls(rows, asked),
    }


def by_team(rows: Rows, asked: Asked) -> dict[int | None, dict[str, Any]]:
    """Return the figures of each team that has a case, and of none: a case is its last team's."""
    names = ("in a day", "kept", "missed", "opened", "fixed", "open")
    found = {}
    for team in {row.team for row in rows.cases.values()}:
        part = {pk: row for pk, row in rows.cases.items() if row.team == team}
        theirs = Rows(**{**vars(rows), "cases": part})
        counted = recounted(theirs, asked)
        found[team] = {name: counted[name] for name in names}
    return found


def of_span(rows: Rows, asked: Asked) -> list[float | None]:
    """Return what "Before and after" says of a span, line by line; None: too few to say."""
    counted = recounted(rows, asked)
    passed, calls = counted["passed on"]
    given = [
        row
        for row in rows.answers
        if asked.since <= row.at <= asked.now and row.kind in ("nps", "csat")
    ]
    scores: dict[tuple[str, bool], list[int]] = defaultdict(list)
    for row in given:
        scores[row.kind, of_us_all(rows.invitations[row.invitation])].append(row.score or 0)
    csat = scores["csat", False]
    solved = len(list(_through_spots(rows, asked)))
    middle = _middle(list(_alone(rows, asked)))
    return [
        _percent(*counted["in a day"]),
        _percent(*counted["through spots"]),
        _percent(calls - passed, calls),
        _percent(passed, calls),
        _steps(rows, asked) / solved if solved >= FEWEST else None,
        _handed_over(rows, asked) / solved if solved >= FEWEST else None,
        _minutes(rows, asked) / solved if solved >= FEWEST else None,
        middle / HOUR if middle is not None else None,
        *(
            _percent(sum(s >= 9 for s in nps) - sum(s <= 6 for s in nps), len(nps))
            for nps in (scores["nps", False], scores["nps", True])
        ),
        _percent(sum(s >= 4 for s in csat), len(csat)),
    ]


def _steps(rows: Rows, asked: Asked) -> int:
    return len(_people_did(rows, asked))


def _handed_over(rows: Rows, asked: Asked) -> int:
    return sum(kind == "routed" for kind, _minutes_of_it in _people_did(rows, asked))


def _minutes(rows: Rows, asked: Asked) -> int:
    return sum(minutes for _kind, minutes in _people_did(rows, asked))


def _people_did(rows: Rows, asked: Asked) -> list[tuple[str, int]]:
    """What people did in spots and single cases, and the minutes that they noted."""
    theirs = [row.pk for row in rows.cases.values() if row.state != "merged" and _is_of(row, asked)]
    done = [step for pk in theirs for step in rows.steps.get(pk, [])]
    return [(kind, minutes) for kind, at, minutes in done if asked.has(at)]


def _alone(rows: Rows, asked: Asked) -> Iterator[timedelta]:
    """How long complaints took that never were in a spot."""
    for row in rows.complaints:
        if row.withdrawn_at is None and row.resolved_at is not None and asked.has(row.resolved_at):
            were_in = [rows.cases[one.case].kind for one in rows.members.get(row.pk, [])]
            if "spot" not in were_in and asked.region in (None, row.region):
                yield row.resolved_at - row.received_at


def _percent(part: int, whole: int) -> float | None:
    return 100 * part / whole if whole >= FEWEST else None


def _is_counted(row: CaseRow, asked: Asked) -> bool:
    """A merged spot counts once, as the one it lives on in."""
    return row.kind == "spot" and row.state != "merged" and _is_of(row, asked)


def _is_of(row: CaseRow, asked: Asked) -> bool:
    return asked.team in (None, row.team) and asked.region in (None, row.region)


def _life(rows: Rows, pk: int, now: datetime) -> dict[str, list[datetime]]:
    life: dict[str, list[datetime]] = defaultdict(list)
    for kind, at in rows.events.get(pk, []):
        if at <= now:
            life[kind].append(at)
    return life


def _held_within_a_day(spot: CaseRow, life: dict[str, list[datetime]], asked: Asked) -> bool | None:
    """Say whether a fix within 24 hours held for 72; None: too young, or of another time."""
    opened = max(life["opened"], default=None)
    if opened is None or not asked.since <= opened <= asked.now - 24 * HOUR:
        return None
    if not life["fixed"] or life["fixed"][0] > opened + 24 * HOUR:
        return False
    first = life["fixed"][0]
    back = life["reopened"] + life["failed"]
    return not any(first <= at <= first + 72 * HOUR for at in back)


def _kept(row: ClockRow, asked: Asked) -> bool | None:
    """Say whether what fell due in the period was done in time; None: not of it, or not needed."""
    if row.due_at is None or not asked.since <= row.due_at < asked.now:
        return None
    if row.satisfied_at is not None:
        return row.satisfied_at <= row.due_at
    return None if row.stopped_at is not None and row.stopped_at <= row.due_at else False


def _is_missed(row: ClockRow, now: datetime) -> bool:
    is_open = row.satisfied_at is None and row.stopped_at is None
    return is_open and row.due_at is not None and row.due_at < now


def _through_spots(rows: Rows, asked: Asked) -> Iterator[bool]:
    for row in rows.complaints:
        if row.withdrawn_at is not None or not asked.has(row.resolved_at):
            continue
        solved = row.resolved_at
        assert solved is not None
        then = [
            rows.cases.get(one.case)
            for one in rows.members.get(row.pk, [])
            if one.since <= solved and (one.until is None or one.until >= solved)
        ]
        if asked.region not in (None, row.region):
            continue
        if asked.team is None or any(case and case.team == asked.team for case in then):
            yield any(case is not None and case.kind == "spot" for case in then)


def _ratings(rows: Rows, spots: dict[int, CaseRow], asked: Asked) -> Iterator[int]:
    for row in rows.answers:
        invitation = rows.invitations[row.invitation]
        is_rating = row.question == 1 and row.kind == "csat" and invitation.touch_point == "fixed"
        if is_rating and invitation.case in spots and asked.has(row.at):
            yield row.score or 0


def _helped(rows: Rows, spots: dict[int, CaseRow], asked: Asked) -> tuple[int, int]:
    """Customers who had complained of a spot whose fix was proven, and those told unasked."""
    fixed = {
        pk: row.fixed_at
        for pk, row in spots.items()
        if row.state == "closed" and row.fixed_at and asked.has(row.ended_at)
    }
    complained = set()
    for complaint in rows.complaints:
        if complaint.withdrawn_at is None and complaint.customer is not None:
            for one in rows.members.get(complaint.pk, []):
                if one.case in fixed and (one.until is None or one.until >= fixed[one.case]):
                    complained.add(complaint.customer)
    unasked = {
        row.customer
        for row in rows.messages
        if row.reason == "area_fixed" and row.case in spots and asked.has(row.handed_over_at)
    }
    return len(complained), len(unasked)


def _told(rows: Rows, spots: dict[int, CaseRow], asked: Asked) -> dict[str, Any]:
    answering = {row.invitation for row in rows.answers if row.at >= asked.since}
    told, answered = set(), set()
    for row in rows.messages:
        if row.reason == "fixed" and row.case in spots and asked.has(row.handed_over_at):
            told.add(row.customer)
            if row.invitation in answering:
                answered.add(row.customer)
    return {"told": len(told), "answered": (len(answered), len(told))}


def _quality(rows: Rows, spots: dict[int, CaseRow], asked: Asked) -> dict[str, Any]:
    ended = [row for row in spots.values() if asked.has(row.ended_at)]
    opened = {pk: row for pk, row in spots.items() if asked.has(row.opened_at)}
    leads = [max(row.opened_at - row.started_at, timedelta()) for row in opened.values()]
    first: dict[tuple[int, int], datetime] = {}
    for complaint in rows.complaints:
        if complaint.withdrawn_at is None and complaint.customer is not None:
            for one in rows.members.get(complaint.pk, []):
                if one.until is None and one.case in opened:
                    key = one.case, complaint.customer
                    first[key] = min(first.get(key, complaint.received_at), complaint.received_at)
    false = (row.state == "dismissed" and row.dismissed_for in NO_FAULT for row in ended)
    return {
        "false": _share(false),
        "lead": _middle(leads),
        "afterwards": _share(at > opened[case].opened_at for (case, _who), at in first.items()),
    }


def _calls(rows: Rows, asked: Asked) -> dict[str, Any]:
    calls = defaultdict(list)
    for row in sorted(rows.lookups, key=lambda row: (row.at, row.pk)):
        if row.origin != "own" and row.at <= asked.now:
            calls[row.call].append(row)
    passed, took, begun = [], [], 0
    for looked in calls.values():
        region = next((row.region for row in looked if row.region), None)
        if not asked.has(looked[0].at) or asked.region not in (None, region):
            continue
        begun += 1
        ends = [
            end for row in looked for end in rows.outcomes.get(row.pk, []) if end.at <= asked.now
        ]
        if ends:
            passed.append(any(end.outcome in ("passed_on", "single") for end in ends))
            took.append(max(end.at for end in ends) - looked[0].at)
    return {
        "calls": begun,
        "passed on": _share(iter(passed)),
        "time to answer": _middle(took),
    }


def _share(found: Iterator[bool]) -> tuple[int, int]:
    told = list(found)
    return sum(told), len(told)


def _middle(lengths: list[timedelta]) -> timedelta | None:
    if not lengths:
        return None
    told, n = sorted(lengths), len(lengths)
    return (told[(n - 1) // 2] + told[n // 2]) / 2
