"""
What the clocks of a month should show, counted minute by minute by somebody who trusts nobody.

Nothing of the product's arithmetic is used. Moves are read from the events of the cases, what the
CRM told late from the diary of who told it, and from the ledger only what was promised when: so
many minutes of which version of a calendar. Moments are whole minutes.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Any
from zoneinfo import ZoneInfo

from spots.models import Case, Clock, Event, LedgerEntry, Policy, WorkingTime

MINUTE = timedelta(minutes=1)
LOOKED_AHEAD = 20 * 24 * 60  # minutes beyond the month in which promises run out
RUNS = ("open", "paused")

FOLLOWS = ("breached", "withdrawn")  # from the others

LOOKS_BACK = ("promise", "since", "reopen")

DONE_STATES = {"fixed", "verifying", "closed"}
STOPPED_STATES = {"dismissed", "merged"}
# Which event keeps which promise.
KEEPS = {
    "accepted": "reaction",
    "diagnosing": "reaction",
    "planned": "eta",
    "answered": "first_answer",
}


BECOMES = {
    ("open", "pause"): "paused",
    ("open", "done"): "done",
    ("open", "stop"): "stopped",
    ("paused", "resume"): "open",
    ("paused", "done"): "done",
    ("paused", "stop"): "stopped",
    ("done", "reopen"): "open",
    ("stopped", "reopen"): "open",
    ("stopped", "undo"): "open",
}


@dataclass(frozen=True)
class Act:
    """Something that happened to a case, or to one of its promises."""

    at: datetime
    recorded: datetime
    what: str  # pause, resume, done, stop, reopen, undo, promise, since
    target: str = ""  # empty: of all of them
    value: Any = None


@dataclass(frozen=True)
class Shown:
    """What the clock should show."""

    status: str
    since: datetime
    due: datetime | None
    used: int  # minutes, by its last fact
    ended: datetime | None
    missed: datetime | None


@dataclass
class Life:
    """A promise on its way: when it stood how, since when it counts, what was promised last."""

    since: datetime
    status: str = "open"
    steps: list[tuple[datetime, str]] = field(default_factory=list)
    promise: tuple[int, int] | None = None  # minutes, version of the calendar
    policy: int = 0
    taken: datetime | None = None  # when it came to be promised so
    asked: tuple[Any, ...] = ()  # promise, policy, since: the last, be it too late or not
    missed: bool = False  # before this moment, by what was promised before it
    given_up: bool = False  # when it had been missed
    ended: datetime | None = None

    def take(self, act: Act, *, target: str, modes: dict[int, str]) -> None:
        if act.what == "promise" and self.promise is None:
            self.promise, self.policy = act.value
            self.asked, self.taken = (self.promise, self.policy, self.since), self.since
        elif act.what in ("promise", "since") and self.status in RUNS:
            asked = act.value if act.what == "promise" else self.asked[:2]
            self.asked = (*asked, act.value if act.what == "since" else self.asked[2])
            if not self.missed:
                self._promise(act.at)
        became = self._became(act, target=target)
        if became is None:
            return
        if act.what == "reopen" and modes[self.policy] == "restart" and not self.given_up:
            self.asked, self.missed = (*self.asked[:2], act.at), False
            self._promise(act.at)
        self.status, self.ended = became, None if became in RUNS else act.at
        self.steps.append((act.at, became))

    def _promise(self, at: datetime) -> None:
        if self.asked != (self.promise, self.policy, self.since):
            self.promise, self.policy, self.since = self.asked
            self.taken = at

    def _became(self, act: Act, *, target: str) -> str | None:
        """Return how it stands after something happened; None: as it did."""
        if act.what == "undo" and self.ended != act.value:
            return None
        if act.what == "reopen" and self.status == "done" and target != "fix":
            return None
        return BECOMES.get((self.status, act.what))


class Replay:
    """All that is on record of a month, read once."""

    def __init__(self, diary: list[tuple[int, Act]], *, begin: datetime, end: datetime) -> None:
        self.begin, self.end = begin, end
        self.modes = dict(Policy.objects.values_list("pk", "reopening"))
        self.diary = defaultdict(list)
        for case, act in diary:
            self.diary[case].append(act)
        self.events = defaultdict(list)
        for event in Event.objects.order_by("pk"):
            self.events[event.case_id].append(event)
        self.cases = Case.objects.in_bulk()
        self.clocks = {(one.case_id, one.target): one for one in Clock.objects.all()}
        self.entries = defaultdict(list)
        for entry in LedgerEntry.objects.order_by("number"):
            self.entries[entry.clock_id].append(entry)

    def shown(self, clock: Clock) -> Shown:
        life = self.life(clock.case_id, clock.target)
        assert life.promise is not None
        minutes, version = life.promise
        until = max(entry.at for entry in self.entries[clock.pk] if entry.kind not in FOLLOWS)
        until = min(until, life.ended) if life.ended else until
        due = self._due(life, minutes, version)
        end = life.ended or self.end
        return Shown(
            status=life.status,
            since=life.since,
            due=due,
            used=sum(self._counts(life, version, until)),
            ended=life.ended,
            missed=due if due is not None and due < end else None,
        )

    def life(self, case: int, target: str, *, before: datetime | None = None) -> Life:
        """Return a promise as the record has it, or had it until just before a moment."""
        acts = self.acts(case, target, before=before)
        life = Life(self._start(case, target))
        for at, together in groupby(sorted(acts, key=lambda act: act.at), key=lambda act: act.at):
            of_it = list(together)
            if any(act.what in LOOKS_BACK for act in of_it):
                self._look_back(life, at)
            for act in of_it:
                life.take(act, target=target, modes=self.modes)
        return life

    def _look_back(self, life: Life, at: datetime) -> None:
        """Note whether it had been missed by then: if so, it is too late to promise otherwise."""
        due = self._due(life, *life.promise) if life.promise else None
        late = due is not None and due < (life.ended or at)
        life.missed = late and due >= life.taken
        life.given_up = late and life.status == "stopped"

    def acts(self, case: int, target: str, *, before: datetime | None) -> list[Act]:
        """Return what happened to a promise in the order in which it was recorded."""
        before = before or self.end + MINUTE
        moves = self._of_events(case, target, before=before)
        found = [*moves, *self.diary[case], *self._promises(case, target)]
        known = [act for act in found if act.recorded < before]
        mine = [act for act in known if act.target in ("", target)]
        return sorted(mine, key=lambda act: (act.recorded, act.what == "promise"))

    def _start(self, case: int, target: str) -> datetime:
        row, events = self.cases[case], self.events[case]
        if row.split_from_id:
            return self.life(row.split_from_id, target, before=row.opened_at).since
        if target == "first_answer":
            return row.memberships.order_by("since").first().complaint.received_at
        # Single cases that a spot is made of give it its start.
        born_of = [event for event in events if _took_in(event) and event.at == row.opened_at]
        merged = [event.facts["from"] for event in born_of]
        return min([row.opened_at, *(self.cases[number].opened_at for number in merged)])

    def _promises(self, case: int, target: str) -> Iterator[Act]:
        clock = self.clocks[case, target]
        for entry in self.entries[clock.pk]:
            if entry.kind in ("started", "promised") and entry.minutes is not None:
                value = ((entry.minutes, entry.calendar_version_id), entry.policy_id)
                # what a promise begins with was there before anything happened to it
                at = entry.recorded_at if entry.kind == "promised" else self.begin - 99 * MINUTE
                yield Act(at, entry.recorded_at, "promise", target, value)

    def _of_events(self, case: int, target: str, *, before: datetime) -> Iterator[Act]:
        row = self.cases[case]
        if row.split_from_id:
            yield from self._of_whole(row, target)
        for event in [event for event in self.events[case] if event.at < before]:
            yield from self._of_state(event)
            if KEEPS.get(event.kind) == target:
                yield Act(event.at, event.at, "done", target)
            if _took_in(event) and event.at != row.opened_at:
                yield from self._earlier_start(event, target)
            if event.kind == "undone" and event.facts["of"] == "merged" and not event.became:
                merged = Event.objects.get(pk=event.facts["event"])
                own = self.life(case, target, before=merged.at).since
                yield Act(event.at, event.at, "since", target, own)

    def _of_whole(self, part: Case, target: str) -> Iterator[Act]:
        """Yield when the whole stood still before a part was split off: so did the part."""
        if (part.split_from_id, target) not in self.clocks:
            return
        whole = self.life(part.split_from_id, target, before=part.opened_at)
        for at, status in whole.steps:
            yield Act(at, part.opened_at, "resume" if status == "open" else "pause", target)
        yield Act(part.opened_at, part.opened_at, "resume", target)

    def _earlier_start(self, event: Event, target: str) -> Iterator[Act]:
        if (event.facts["from"], target) not in self.clocks:
            return
        other = self.life(event.facts["from"], target, before=event.at)
        own = self.life(event.case_id, target, before=event.at)
        if other.status in RUNS and other.since < own.since:
            yield Act(event.at, event.at, "since", target, other.since)

    def _of_state(self, event: Event) -> Iterator[Act]:
        """Yield how the state that an event leads to lets the promises stand."""
        was, became = _category(event.was), _category(event.became)
        if not event.became or was == became:
            return
        if event.kind == "undone" and event.was == "merged":
            merged = Event.objects.get(pk=event.facts["event"])
            yield Act(event.at, event.at, "undo", value=merged.at)
        elif was in ("done", "stopped") and became in RUNS:
            yield Act(event.at, event.at, "reopen")
        if became == "paused":
            yield Act(event.at, event.at, "pause")
        elif became == "done":
            yield Act(event.at, event.at, "done", "fix")
        elif became == "stopped":
            yield Act(event.at, event.at, "stop")
        elif was == "paused":
            yield Act(event.at, event.at, "resume")

    # The walk

    def _counts(self, life: Life, version: int, until: datetime) -> Iterator[int]:
        """Yield 1 for each minute from its start until then that counts, 0 for any other."""
        opens = open_minutes(version, self.begin)
        bounds = [life.since, *(max(at, life.since) for at, _ in life.steps), until]
        states = [None, *(status for _, status in life.steps)]
        for (since, end), status in zip(pairwise(bounds), states, strict=True):
            first, last = self._number(since), self._number(min(end, until))
            for number in range(first, last):
                yield int(status in (None, "open") and opens[number])

    def _due(self, life: Life, minutes: int, version: int) -> datetime | None:
        """Return when the minutes are used up; None: it stands still before."""
        on = life.ended
        steps = [step for step in life.steps if step[0] != on or step[1] in RUNS]
        if on is not None:  # as if it had run on
            steps.append((on, "open"))
        ahead = self.begin + (self._number(self.end) + LOOKED_AHEAD) * MINUTE
        left = minutes
        running = Life(life.since, steps=sorted(steps, key=lambda step: step[0]))
        for number, counts in enumerate(self._counts(running, version, ahead)):
            left -= counts
            if left == 0:
                return life.since + (number + 1) * MINUTE
        return None

    def _number(self, moment: datetime) -> int:
        return (moment - self.begin) // MINUTE


def _took_in(event: Event) -> bool:
    return event.kind == "merged" and "from" in event.facts


def _category(state: str) -> str:
    if state in DONE_STATES:
        return "done"
    if state in STOPPED_STATES:
        return "stopped"
    return "paused" if state == "waiting" else "open"


@lru_cache
def open_minutes(version: int, begin: datetime) -> list[bool]:
    """Say of each minute from the beginning on whether the local clock reads working time."""
    row = WorkingTime.history.model.objects.get(history_id=version)
    zone = ZoneInfo(row.zone)
    return [
        _is_open(row, (begin + number * MINUTE).astimezone(zone)) for number in range(60 * 24 * 60)
    ]


def _is_open(row: Any, local: datetime) -> bool:
    day, clock = local.date().isoformat(), f"{local.hour:02}:{local.minute:02}"
    spans = [] if day in row.holidays else row.week.get(str(local.weekday()), [])
    return any(opens <= clock < closes for opens, closes in row.exceptions.get(day, spans))
