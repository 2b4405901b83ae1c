"""
The demo's last days, or years, played again: the engine looks, staff work, customers are told and
rate.

Nothing is made up in tables: each step goes through the same functions as in life, with the clock
of that moment.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import QuerySet

from feedback.notifications import transitions as notifications
from feedback.notifications.sending import delivery
from feedback.surveys import transitions as surveys
from feedback.surveys import unhappy
from feedback.surveys.models import Invitation
from feedback.surveys.questions import Said
from heatmaps_project.accounts.models import User
from spots.cases import transitions as cases
from spots.cases.events import EventKind
from spots.cases.states import Dismissal, State, WaitsFor
from spots.models import Case, Cause, Event, LateReason
from spots.sla import transitions as sla
from spots.watching import learning, runner, verifying
from spots.watching.models import Watch

DAYS = 10
STEP = timedelta(hours=1)
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
DISMISSED = 4  # the spot, counted from 0, that turns out to be no fault


def play(
    watch: Watch, *, began: datetime, now: datetime, progress: Callable[[float], None]
) -> None:
    """Play the days from then up to now; `progress` is called with the share done."""
    at = began
    while at < now:
        tomorrow = at.date() != min(at + STEP, now).date()
        at = min(at + STEP, now)
        if tomorrow:
            learning.learn_anew(watch, now=at)
        runner.look(watch.pk, now=at)
        _work(at)
        sla.mark_breaches(now=at)
        verifying.verify_fixes(now=at)
        notifications.plan_messages(now=at)
        delivery.send_messages(now=at)
        _rate(at)
        surveys.tell_cases(now=at)
        unhappy.reopen_unhappy(now=at)
        progress((at - began) / (now - began))
    cases.refresh_priorities(now=now)


def _work(at: datetime) -> None:
    dispatcher = User.objects.get(username="dispatcher")
    engineer = User.objects.get(username="engineer")
    numbers = {pk: n for n, pk in enumerate(_order())}
    for case in Case.objects.current().order_by("pk"):
        number = numbers[case.pk]
        plot = PLOTS[number % len(PLOTS)]
        age_h = (at - case.opened_at) / timedelta(hours=1)
        if number == DISMISSED and case.state == State.ROUTED and age_h > 0.4:
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


def _rate(at: datetime) -> None:
    """Let customers answer about two hours after they were invited."""
    for invitation in _unanswered(at):
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


def _unanswered(at: datetime) -> QuerySet[Invitation]:
    asked = at - timedelta(hours=2)
    return Invitation.objects.filter(
        answers=None, created_at__gt=asked - STEP, created_at__lte=asked
    )


def _number(invitation: Invitation) -> int:
    return Case.objects.filter(pk__lt=invitation.case_id).count()
