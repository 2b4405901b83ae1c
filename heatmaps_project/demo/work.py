"""
The demo's last ten days played again: the engine looks, staff work, customers are told and rate.

Nothing is made up in tables: each step goes through the same functions as in life, with the clock
of that moment.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from feedback.notifications import delivery
from feedback.notifications import transitions as notifications
from feedback.surveys import transitions as surveys
from feedback.surveys.models import Invitation
from heatmaps_project.accounts.models import User
from spots.cases import transitions as cases
from spots.cases.states import State
from spots.models import Case, Cause
from spots.sla import transitions as sla
from spots.watching import learning, runner, verifying
from spots.watching.models import Watch

DAYS = 10
STEP = timedelta(hours=1)


@dataclass(frozen=True)
class Plot:
    """What staff do with a spot, hours after it opened, and how customers like it."""

    cause: str
    accept_h: float
    plan_h: float
    promise_h: float  # from planning to the promised term
    fix_h: float
    ratings: tuple[int, ...]  # by customer, over and over; 0: no answer


PLOTS = (
    Plot("power", 0.5, 1.5, 6, 7, (5, 0, 5, 4, 0, 5)),
    Plot("overload", 1, 3, 24, 20, (4, 0, 3, 0, 4, 5)),
    Plot("transport", 0.5, 1, 8, 14, (2, 0, 3, 1, 0, 4)),
    Plot("tilt", 2.5, 5, 12, 10, (5, 4, 0, 0, 5, 5)),
    Plot("cell_down", 0.5, 2, 10, 9, (4, 5, 0, 5, 0, 0)),
    Plot("no_coverage", 3, 6, 72, 200, ()),
)
COMMENTS = {
    1: "Ничего не изменилось, связь так и пропадает по вечерам.",
    2: "Стало чуть лучше, но в подвале по-прежнему не ловит.",
    3: "Работает, но интернет медленнее, чем раньше.",
    4: "Спасибо, связь восстановили.",
    5: "Всё отлично, починили быстро и предупредили. Спасибо!",
}
DISMISSED = 4  # the spot, counted from 0, that turns out to be no fault


def play(watch: Watch, *, now: datetime, progress: Callable[[float], None]) -> None:
    """Play the last days up to now; `progress` is called with the share done."""
    began = now - timedelta(days=DAYS)
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
        progress((at - began) / (now - began))
    cases.refresh_priorities(now=now)


def _work(at: datetime) -> None:
    engineer = User.objects.get(username="engineer")
    dispatcher = User.objects.get(username="dispatcher")
    for number, case in enumerate(Case.objects.order_by("pk")):
        plot = PLOTS[number % len(PLOTS)]
        age_h = (at - case.opened_at) / timedelta(hours=1)
        if number == DISMISSED and case.state == State.ROUTED and age_h > 0.4:
            note = "Плановые учения МЧС: сирены, а не связь."
            cases.dismiss(case_id=case.pk, note=note, by=dispatcher, now=at)
        elif case.state == State.ROUTED and age_h > plot.accept_h:
            cases.accept(case_id=case.pk, by=engineer, now=at)
        elif case.state == State.ACCEPTED and age_h > plot.plan_h:
            cases.plan(
                case_id=case.pk,
                cause=Cause.objects.get(code=plot.cause),
                eta_at=at + timedelta(hours=plot.promise_h),
                by=engineer,
                now=at,
            )
        elif case.state == State.FIXING and age_h > plot.fix_h:
            cases.fix(case_id=case.pk, note="", by=engineer, now=at)


def _rate(at: datetime) -> None:
    """Let customers answer about two hours after they were invited."""
    for invitation in _unanswered(at):
        number = _number(invitation)
        ratings = PLOTS[number % len(PLOTS)].ratings
        rating = ratings[invitation.pk % len(ratings)] if ratings else 0
        if not rating:
            continue
        surveys.rate(invitation_id=invitation.pk, rating=rating, now=at)
        if invitation.pk % 2:
            surveys.comment(invitation_id=invitation.pk, text=COMMENTS[rating], now=at)


def _unanswered(at: datetime) -> QuerySet[Invitation]:
    asked = at - timedelta(hours=2)
    return Invitation.objects.filter(
        answer=None, created_at__gt=asked - STEP, created_at__lte=asked
    )


def _number(invitation: Invitation) -> int:
    return Case.objects.filter(pk__lt=invitation.case_id).count()
