"""
The demo's last days, or years, played again: the engine looks, staff work, customers are told and
rate.

Nothing is made up in tables: each step goes through the same functions as in life, with the clock
of that moment.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import QuerySet

from feedback.comments import transitions as comments
from feedback.followups import transitions as followups
from feedback.notifications import transitions as notifications
from feedback.notifications.outbox.models import Message
from feedback.notifications.sending import delivery
from feedback.surveys import transitions as surveys
from feedback.surveys import unhappy
from feedback.surveys.models import Invitation
from feedback.surveys.questions import Said
from heatmaps_project.accounts.models import User
from heatmaps_project.demo.calls import Desk
from spots.cases import transitions as cases
from spots.cases.events import EventKind
from spots.cases.states import Dismissal, State, WaitsFor
from spots.models import Case, Cause, Event, LateReason
from spots.sla import transitions as sla
from spots.watching import learning, runner, verifying
from spots.watching.models import Watch

DAYS = 10
STEP = timedelta(hours=1)
LONG = timedelta(days=30)  # as much as there is between two moments is taken at once
# Spots open and are worked on, are fixed, proven, and rated: hours after a storm began.
AFTER_A_STORM_H = (1, 2, 4, 6, 9, 13, 18, 24, 32, 48, 84, 132)
CALLS = 3  # that are played of an hour's
ANSWERED_AFTER = timedelta(hours=2)
AGAIN_AFTER = timedelta(hours=6)  # a fix that did not hold is mended


@dataclass(frozen=True)
class Plot:
    """What staff do with a spot, hours after it opened, and how customers like it."""

    cause: str
    accept_h: float
    plan_h: float
    promise_h: float  # from planning to the promised term
    fix_h: float
    ratings: tuple[int, ...]  # by customer, over and over; 0: no answer
    waits_for: str = ""  # of WaitsFor, in between
    wait_h: float = 0
    resume_h: float = 0

    def diagnose_h(self) -> float:
        return (self.accept_h + self.plan_h) / 2


PLOTS = (
    Plot("power", 0.5, 1.5, 6, 7, (5, 0, 5, 4, 0, 5)),
    Plot("overload", 1, 3, 24, 20, (4, 0, 3, 0, 4, 5), WaitsFor.ACCESS, 6, 15),
    Plot("transport", 0.5, 1, 8, 14, (2, 0, 3, 1, 0, 4)),
    Plot("tilt", 2.5, 5, 12, 10, (5, 4, 0, 0, 5, 5)),
    Plot("cell_down", 0.5, 2, 10, 9, (4, 5, 0, 5, 0, 0)),
    Plot("no_coverage", 3, 6, 72, 200, (), WaitsFor.THIRD_PARTY, 9, 180),
)
COMMENTS = {
    1: "Ничего не изменилось, связь так и пропадает по вечерам.",
    2: "Стало чуть лучше, но в подвале по-прежнему не ловит.",
    3: "Работает, но интернет медленнее, чем раньше.",
    4: "Спасибо, связь восстановили.",
    5: "Всё отлично, починили быстро и предупредили. Спасибо!",
}
NO_FAULT = (13, 4)  # of so many spots, the one counted from 0 that turns out to be none


def moments(storms_h_ago: Iterable[int], *, began: datetime, now: datetime) -> list[datetime]:
    """
    Return when something is done: each hour of the last days, and before them after each storm.

    storms_h_ago  when each began, hours before now
    """
    first = now - timedelta(days=DAYS)
    after = {
        now - timedelta(hours=ago - later) for ago in storms_h_ago for later in AFTER_A_STORM_H
    }
    hourly = [first + n * STEP for n in range(1, DAYS * 24 + 1)]
    return [*sorted(at for at in after if began < at <= first), *hourly]


def play(watch: Watch, moments: Sequence[datetime], *, progress: Callable[[float], None]) -> None:
    """Play these moments in turn; `progress` is called with the share done."""
    hourly_from = moments[-1] - timedelta(days=DAYS)
    learnt = before = moments[0]
    desk = Desk.of_demo()
    comments.provide_words()
    for n, at in enumerate(moments, start=1):
        if at.date() != learnt.date() and at - learnt >= _learnt_every(at, hourly_from):
            learning.learn_anew(watch, now=at)
            learnt = at
        runner.look(watch.pk, now=at, stride=LONG)
        desk.answer(before, at, most=CALLS if at > hourly_from else 1)
        _work(at)
        sla.mark_breaches(now=at)
        verifying.verify_fixes(now=at)
        notifications.plan_messages(now=at)
        if Message.objects.unsent().filter(due_at__lte=at).exists():
            delivery.send_messages(now=at)
        if _rate(before, at):
            comments.sort_comments(now=at)
            followups.raise_alarms(now=at)
            followups.share_out(now=at)
        surveys.tell_cases(now=at)
        unhappy.reopen_unhappy(now=at)
        before = at
        progress(n / len(moments))
    cases.refresh_priorities(now=moments[-1])


def _learnt_every(at: datetime, hourly_from: datetime) -> timedelta:
    return timedelta() if at > hourly_from else timedelta(days=28)


def _work(at: datetime) -> None:
    dispatcher = User.objects.get(username="dispatcher")
    engineer = User.objects.get(username="engineer")
    numbers = {pk: n for n, pk in enumerate(_order())}
    for case in Case.objects.current().order_by("pk"):
        number = numbers[case.pk]
        plot = PLOTS[number % len(PLOTS)]
        age_h = (at - case.opened_at) / timedelta(hours=1)
        if number % NO_FAULT[0] == NO_FAULT[1] and case.state == State.ROUTED and age_h > 0.4:
            cases.dismiss(
                case_id=case.pk,
                dismissed_for=Dismissal.NOT_NETWORK,
                note="Плановые учения МЧС: сирены, а не связь.",
                by=dispatcher,
                now=at,
            )
        elif (name := _next_move(case, plot, age_h, at)) is not None:
            said = SAID.get(name, _nothing)(plot, at)
            getattr(cases, name)(case_id=case.pk, by=engineer, now=at, **said)


def _order() -> QuerySet[Case, int]:
    return Case.objects.order_by("pk").values_list("pk", flat=True)


def _next_move(case: Case, plot: Plot, age_h: float, at: datetime) -> str | None:
    """The name of what the engineer does next, if the hour for it has come."""
    from_hour = {
        State.ROUTED: (plot.accept_h, "accept"),
        State.REOPENED: (plot.accept_h, "accept"),
        State.ACCEPTED: (plot.diagnose_h(), "diagnose"),
        State.DIAGNOSING: (plot.plan_h, "plan"),
        State.WAITING: (plot.resume_h, "resume"),
        State.FIXING: (plot.fix_h, "fix"),
    }
    if case.state == State.FIXING and plot.wait_h < age_h < plot.resume_h:
        return "wait"
    hour, name = from_hour.get(State(case.state), (age_h, ""))
    if age_h <= hour or (name == "fix" and _came_back_lately(case, at)):
        return None
    return name


def _came_back_lately(case: Case, at: datetime) -> bool:
    came_back = case.events.filter(kind__in=(EventKind.FAILED, EventKind.REOPENED))
    return came_back.filter(at__gt=at - AGAIN_AFTER).exists()


def _planned(plot: Plot, at: datetime) -> dict[str, Any]:
    promised = at + timedelta(hours=plot.promise_h)
    return {
        "cause": Cause.objects.get(code=plot.cause),
        "eta_at": promised,
        **_late(plot, at),
    }


def _waited(plot: Plot, at: datetime) -> dict[str, Any]:
    hours = plot.resume_h - plot.wait_h
    return {"waits_for": plot.waits_for, "waits_until": at + timedelta(hours=hours)}


def _nothing(_plot: Plot, _at: datetime) -> dict[str, Any]:
    return {}


def _late(plot: Plot, _at: datetime) -> dict[str, Any]:
    """Why it is late, if it is: the reasons that an installation begins with, in turn."""
    reasons = list(LateReason.objects.in_use().filter(wants_note=False))
    return {"late_reason": reasons[PLOTS.index(plot) % len(reasons)] if reasons else None}


SAID: dict[str, Callable[[Plot, datetime], dict[str, Any]]] = {
    "accept": _late,
    "diagnose": _late,
    "plan": _planned,
    "wait": _waited,
    "fix": _late,
}


def _rate(before: datetime, at: datetime) -> int:
    """Let customers answer two hours after they were invited, or then; return how many did."""
    answered = 0
    for invitation in _unanswered(before, at):
        number = _number(invitation)
        ratings = PLOTS[number % len(PLOTS)].ratings
        rating = ratings[invitation.pk % len(ratings)] if ratings else 0
        if not rating:
            continue
        if Event.objects.filter(case=invitation.case_id, kind=EventKind.REOPENED).exists():
            rating = max(rating, 4)  # the second time it is fixed for good
        answer = partial(surveys.answer, invitation_id=invitation.pk, now=at)
        answer(question=1, said=Said(rating))
        if invitation.pk % 2:
            answer(question=2, said=Said(), words=COMMENTS[rating])
        answered += 1
    return answered


def _unanswered(before: datetime, at: datetime) -> QuerySet[Invitation]:
    return Invitation.objects.filter(
        answers=None, created_at__gt=before - ANSWERED_AFTER, created_at__lte=at - ANSWERED_AFTER
    )


def _number(invitation: Invitation) -> int:
    return Case.objects.filter(pk__lt=invitation.case_id).count()
