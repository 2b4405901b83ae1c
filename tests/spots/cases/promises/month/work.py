"""
A month of work through the real moves, the time a parameter: who does what, and when.

It begins before Berlin's clocks change and ends after Moscow's moved days. What is done next is
drawn, always the same.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from django.contrib.gis.geos import Polygon
from django.db import transaction

from spots.cases import transitions
from spots.cases.transitions import IllegalMoveError
from spots.cases.transitions.recomputing import notice_edits, recompute_some
from spots.models import Case, Clock, Event, Policy, WorkingTime
from spots.sla import transitions as sla
from spots.sla.ledger import as_of
from spots.sla.models import Target
from tests.factories import (
    make_cause,
    make_complaint,
    make_late_reason,
    make_policy,
    make_region,
    make_routing_rule,
    make_topic,
    make_user,
    make_weights,
    make_working_time,
)
from tests.spots.cases.promises.month.replay import Act

BEGIN = datetime(2024, 3, 28, 6, 0, tzinfo=UTC)
END = datetime(2024, 5, 2, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
OFFICE = {str(day): [["09:00", "13:00"], ["14:00", "18:00"]] for day in range(5)}
NIGHTS_TOO = {str(day): [["00:00", "03:00"], ["08:00", "22:00"]] for day in range(7)}


class DiedError(Exception):
    """The worker was killed."""


@dataclass
class Work:
    now: datetime = BEGIN
    rng: Random = field(default_factory=lambda: Random(2))
    diary: list[tuple[int, Act]] = field(default_factory=list)
    half_told: list[tuple[int, datetime]] = field(default_factory=list)  # pauses without an end
    answers: list[tuple[int, datetime, Any]] = field(default_factory=list)  # as of then
    done: dict[str, int] = field(default_factory=dict)  # how often what was done

    def __post_init__(self) -> None:
        self.by = make_user("dispatcher")
        self.cause = make_cause()
        self.places = {
            code: make_region(code, lon=lon, lat=lat)
            for code, lon, lat in (("moscow", 37.6, 55.75), ("berlin", 13.4, 52.52))
        }
        self.topics = [make_topic("no_signal"), make_topic("voice")]
        make_weights()
        make_routing_rule("radio")
        moscow = make_working_time("moscow", week=OFFICE)
        berlin = make_working_time("berlin", week=NIGHTS_TOO, zone="Europe/Berlin")
        minutes = {"reaction_minutes": 60, "eta_minutes": 240, "fix_minutes": 1500}
        in_berlin = {"region": self.places["berlin"], "working_time": berlin}
        make_policy(10, reopening="restart", **in_berlin, **minutes)
        make_policy(20, working_time=moscow, first_answer_minutes=120, **minutes)
        transitions.recompute_promises(now=BEGIN - DAY)

    def month(self) -> None:
        """Do all of it; what is not allowed just then is not done."""
        edits = self._edits()
        while self.now < END:
            self.now += self.rng.randint(20, 280) * MINUTE
            while edits and edits[0][0] <= self.now:
                edits.pop(0)[1]()
                self.now += MINUTE
            self._something()
            if self.rng.random() < 0.15:  # the sweep is often late, and comes twice
                sla.mark_breaches(now=self.now)
                sla.mark_breaches(now=self.now)
            if self.rng.random() < 0.025:
                self._ask()
        self.now = END + DAY
        transitions.recompute_promises(now=self.now)
        sla.mark_breaches(now=self.now)

    def _something(self) -> None:
        names = [name for name, often in OFTEN.items() for _ in range(often)]
        name = self.rng.choice(names)
        try:
            did = getattr(self, name)()
        except IllegalMoveError:
            return
        if did is not False:
            self.done[name] = self.done.get(name, 0) + 1

    # Cases come

    def open_spot(self) -> None:
        code = self.rng.choice(list(self.places))
        members = self._complaints(code, self.rng.choice(self.topics), 3)
        lon, lat = members[0].point.coords
        transitions.open_spot(
            brand_id=members[0].brand_id,
            region_id=self.places[code].pk,
            topic_id=members[0].topic_id,
            complaint_ids=[one.pk for one in members],
            outline=Polygon.from_bbox((lon - 0.01, lat - 0.01, lon + 0.01, lat + 0.01)),
            started_at=self.now - HOUR,
            evidence={},
            now=self.now,
        )

    def open_single(self) -> None:
        code = self.rng.choice(list(self.places))
        (one,) = self._complaints(code, self.topics[0], 1)
        transitions.open_single(complaint_id=one.pk, by=None, now=self.now)

    def _complaints(self, code: str, topic: Any, many: int) -> list[Any]:
        lon, lat = {"moscow": (37.6, 55.75), "berlin": (13.4, 52.52)}[code]
        at = {"occurred_at": self.now - 2 * HOUR, "received_at": self.now - HOUR}
        return [
            make_complaint(
                lon=lon + 0.001 * n, lat=lat, region=self.places[code], topic=topic, **at
            )
            for n in range(many)
        ]

    # Cases are worked on

    def move(self, *, name: str, states: tuple[str, ...], **said: Any) -> bool | None:
        case = self._case(*states)
        if case is None:
            return False
        getattr(transitions, name)(case_id=case.pk, now=self.now, **{"by": self.by, **said})
        return None

    def accept(self) -> bool | None:
        states = ("routed", "reopened")
        return self.move(name="accept", states=states, late_reason=make_late_reason())

    def diagnose(self) -> bool | None:
        states = ("accepted", "reopened")
        return self.move(name="diagnose", states=states, late_reason=make_late_reason())

    def plan(self) -> bool | None:
        term = {"cause": self.cause, "eta_at": self.now + DAY, "late_reason": make_late_reason()}
        return self.move(name="plan", states=("accepted", "diagnosing"), **term)

    def fix(self) -> bool | None:
        return self.move(name="fix", states=("fixing",), late_reason=make_late_reason())

    def verify(self) -> bool | None:
        return self.move(name="verify", states=("fixed",), by=None)

    def fail(self) -> bool | None:
        return self.move(name="fail", states=("verifying",), by=None, evidence={"complaints": 3})

    def close(self) -> bool | None:
        return self.move(name="close", states=("verifying",), by=None)

    def wait(self) -> bool | None:
        states = ("accepted", "diagnosing", "fixing")
        return self.move(name="wait", states=states, waits_for="parts")

    def resume(self) -> bool | None:
        return self.move(name="resume", states=("waiting",))

    def reopen(self) -> bool | None:
        states = ("fixed", "verifying", "closed", "dismissed")
        return self.move(name="reopen", states=states, note="it is back")

    def dismiss(self) -> bool | None:
        return self.move(name="dismiss", states=("routed", "waiting"), dismissed_for="not_network")

    def answer(self) -> bool | None:
        case = self._case("routed", "accepted", "fixing", kind="single")
        if case is None:
            return False
        transitions.answer(case_id=case.pk, text="Soon.", by=self.by, now=self.now)
        return None

    # Cases are regrouped

    def merge(self) -> bool | None:
        case = self._case("routed", "accepted", "fixing", "waiting", "fixed")
        if case is None:
            return False
        near = Case.objects.working().filter(region=case.region_id, kind="spot").exclude(pk=case.pk)
        into = self._one(near)
        if into is None:
            return False
        transitions.merge(case_id=case.pk, into_id=into.pk, by=self.by, now=self.now)
        return None

    def split(self) -> bool | None:
        case = self._case("routed", "accepted", "fixing", "waiting", "reopened", kind="spot")
        if case is None or case.complaints < 2:
            return False
        ids = case.memberships.filter(until=None).order_by("complaint_id")
        chosen = [ids.values_list("complaint_id", flat=True)[0]]
        transitions.split(case_id=case.pk, complaint_ids=chosen, by=self.by, now=self.now)
        return None

    def undo(self) -> bool | None:
        """Take back the last merge, unless something was built on it."""
        event = Event.objects.filter(kind="merged", facts__has_key="into").order_by("pk").last()
        if event is None:
            return False
        transitions.undo_regrouping(event_id=event.pk, by=self.by, now=self.now)
        return None

    def make_spot(self) -> bool | None:
        rows = Case.objects.working().filter(kind="single").exclude(state="waiting").order_by("pk")
        rows = list(rows.filter(region=self.places["moscow"])[:2])
        if len(rows) < 2:
            return False
        transitions.make_spot(case_ids=[row.pk for row in rows], by=self.by, now=self.now)
        return None

    # The CRM tells late

    def late_pause(self) -> bool | None:
        """A pause that is heard of when it is over, or, of some, its end only later."""
        case = self._case("routed", "accepted", "diagnosing", "fixing", "fixed", "waiting")
        at = self._lately(case)
        if at is None:
            return False
        self._tell(case.pk, "pause", at)
        if self.rng.random() < 0.5:
            self.half_told.append((case.pk, at))
        else:
            self._tell(case.pk, "resume", at + (self.now - at) / 2 // MINUTE * MINUTE)
        return None

    def late_end_of_pause(self) -> bool | None:
        if not self.half_told:
            return False
        number, at = self.half_told.pop(0)
        self._tell(number, "resume", at + self.rng.randint(1, 60) * MINUTE)
        return None

    def late_done(self) -> bool | None:
        state, target = self.rng.choice([("routed", "reaction"), ("fixing", "fix")])
        case = self._case(state)
        at = self._lately(case)
        if at is None:
            return False
        sla.satisfy(case_id=case.pk, target=Target(target), by=None, now=self.now, at=at)
        self.diary.append((case.pk, Act(at, self.now, "done", target)))
        return None

    def _lately(self, case: Case | None) -> datetime | None:
        """A moment some hours ago at which the case was there already."""
        at = self.now - self.rng.randint(10, 600) * MINUTE
        return at if case is not None and case.opened_at < at else None

    def _tell(self, number: int, what: str, at: datetime) -> None:
        said = {"reason": ""} if what == "pause" else {}
        getattr(sla, what)(case_id=number, by=None, now=self.now, at=at, **said)
        self.diary.append((number, Act(at, self.now, what)))

    # What was so is asked, and edited

    def _ask(self) -> None:
        """Ask how every second clock stands, as of now: nothing of this moment is yet to come."""
        sla.mark_breaches(now=self.now)
        for clock in Clock.objects.select_related("policy__working_time").order_by("pk")[::2]:
            said = self.told(clock, self.now)
            stored = (clock.category, clock.due_at, clock.started_at, clock.breached_at)
            assert (said[0], said[1], said[2], said[4]) == stored
            self.answers.append((clock.pk, self.now, said))

    @staticmethod
    def told(clock: Clock, moment: datetime) -> Any:
        state = as_of(clock, moment)
        missed = state.missed_at(moment)
        return state.category.value, state.due, state.since, state.consumed(moment), missed

    def _edits(self) -> list[tuple[datetime, Callable[[], Any]]]:
        return [
            (BEGIN + 9 * DAY, self._fewer_minutes),
            (BEGIN + 10 * DAY, lambda: transitions.recompute_promises(now=self.now)),
            (BEGIN + 16 * DAY, self._days_moved_in_moscow),
            (BEGIN + 16 * DAY + HOUR, self._killed_half_way),
            (BEGIN + 17 * DAY, lambda: transitions.recompute_promises(now=self.now, batch=3)),
            (BEGIN + 23 * DAY, self._policy_for_voice),
            (BEGIN + 24 * DAY, lambda: transitions.recompute_promises(now=self.now)),
        ]

    def _fewer_minutes(self) -> None:
        policy = Policy.objects.get(order=20)
        policy.fix_minutes, policy.eta_minutes = 1100, 300
        policy.save()

    def _days_moved_in_moscow(self) -> None:
        row = WorkingTime.objects.get(name="moscow")
        row.holidays = ["2024-04-29", "2024-04-30", "2024-05-01"]
        row.exceptions = {"2024-04-27": [["09:00", "18:00"]], "2024-05-02": [["09:00", "17:00"]]}
        row.save()

    def _policy_for_voice(self) -> None:
        berlin = WorkingTime.objects.get(name="berlin")
        make_policy(5, topic=self.topics[1], working_time=berlin, fix_minutes=2000)

    def _killed_half_way(self) -> None:
        notice_edits(now=self.now)
        recompute_some(now=self.now, batch=3)
        try:
            with transaction.atomic():
                recompute_some(now=self.now, batch=3)
                raise DiedError
        except DiedError:
            pass

    def _case(self, *states: str, kind: str = "") -> Case | None:
        rows = Case.objects.filter(state__in=states)
        return self._one(rows.filter(kind=kind) if kind else rows)

    def _one(self, rows: Any) -> Case | None:
        found = list(rows.order_by("pk"))
        return self.rng.choice(found) if found else None


OFTEN = {
    **dict.fromkeys(("accept", "plan", "fix"), 8),
    **dict.fromkeys(("open_spot", "wait", "resume"), 6),
    **dict.fromkeys(("diagnose", "verify", "reopen", "late_pause", "late_done"), 4),
    **dict.fromkeys(("open_single", "answer", "merge", "undo", "split", "fail"), 3),
    **dict.fromkeys(("close", "dismiss", "make_spot", "late_end_of_pause"), 2),
}
