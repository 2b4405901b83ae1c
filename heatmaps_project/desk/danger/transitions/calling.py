"""
Who is called to a danger to life: supervisors at once, administrators too while nobody takes it.

The letters of a round, its step and when the next is due are one transaction; the sweep that begins
a round claims the alarm, so that two of them call once.
"""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from heatmaps_project.accounts.models import User
from heatmaps_project.accounts.roles import Role
from heatmaps_project.desk.danger.models import Emergency, EmergencyStep
from heatmaps_project.desk.danger.states import Kind, State
from spots.escalation.models import Channel
from spots.escalation.transitions import write_by

AGAIN_AFTER: Final = timedelta(minutes=3)
SELDOM_AFTER: Final = timedelta(minutes=15)
SOON: Final = 10  # rounds before they are seldom
MOST: Final = 100  # rounds, about a day of them: who has not come by then does not read letters
AT_ONCE: Final = 100  # alarms in one sweep
# Alarms of one person that are called to again and again. More are called to once, and again in
# their turn: hundreds that somebody makes up would else be a million texts to supervisors in a day.
MOST_OF_ONE: Final = 10


def call(row: Emergency, *, by: User | None, now: datetime) -> None:
    """
    Begin the next round of an alarm that is locked, or new: write to everybody it reaches.

    by  whoever raised it; None: the sweep
    """
    row.rounds += 1
    row.calls_at = None if row.rounds >= MOST else now + _until_next(row.rounds)
    row.save(update_fields=["rounds", "calls_at"])
    called = list(_reached(row))
    for user in called:
        _write(row, user, now=now)
    EmergencyStep.objects.create(
        emergency=row, kind=Kind.PAGED, note=str(len(called)), by=by, at=now
    )


def call_again(*, now: datetime) -> int:
    """
    Call again where nobody has taken an alarm in time; return how many alarms.

    Of one person's the oldest are called to; the others wait until some of these are taken.
    """
    called = 0
    rows = Emergency.objects.select_for_update(of=("self",), skip_locked=True)
    with transaction.atomic():
        due = rows.filter(state=State.OPEN, calls_at__lte=now).order_by("calls_at", "pk")
        for row in list(due[:AT_ONCE]):
            if _waits_behind_others(row):
                row.calls_at = now + SELDOM_AFTER
                row.save(update_fields=["calls_at"])
            else:
                call(row, by=None, now=now)
                called += 1
    return called


def _waits_behind_others(row: Emergency) -> bool:
    older = Emergency.objects.filter(
        state=State.OPEN, calls_at__isnull=False, raised_by=row.raised_by_id, pk__lt=row.pk
    )
    return older[:MOST_OF_ONE].count() == MOST_OF_ONE


def supervisors(row: Emergency) -> QuerySet[User]:
    """Return every supervisor who may see an alarm; where there is none, the administrators."""
    seeing = _people().filter(role=Role.SUPERVISOR)
    if row.brand_id is not None:
        seeing = seeing.filter(brands=row.brand_id)
    if row.region_id is not None:
        seeing = seeing.filter(regions=row.region_id)
    return seeing if seeing.exists() else _administrators()


def _reached(row: Emergency) -> QuerySet[User]:
    """Return whom the present round reaches: from the second on, the administrators too."""
    first = supervisors(row)
    if row.rounds == 1:
        return first
    both = _people().filter(pk__in=first.order_by().values("pk"))
    return both | _administrators()


def _people() -> QuerySet[User]:
    return User.objects.filter(is_active=True).order_by("pk")


def _administrators() -> QuerySet[User]:
    return _people().filter(role=Role.ADMINISTRATOR)


def _until_next(rounds: int) -> timedelta:
    return AGAIN_AFTER if rounds < SOON else SELDOM_AFTER


def _write(row: Emergency, user: User, *, now: datetime) -> None:
    language = user.language or settings.LANGUAGE_CODE
    with translation.override(language):
        subject = _("Danger to life: alarm № %(n)d") % {"n": row.pk}
        if row.rounds > 1:
            subject = _("%(alarm)s: nobody has taken it") % {"alarm": subject}
    page = settings.PUBLIC_URL.rstrip("/") + reverse("emergency", args=[row.pk])
    told = {"subject": subject, "text": f"{subject}. {page}", "language": language}
    for channel in _channels(user):
        write_by(channel, user_id=user.pk, **told, now=now)


def _channels(user: User) -> list[Channel]:
    told = {Channel.EMAIL: bool(user.email), Channel.SMS: bool(user.work_phone)}
    return [channel for channel, there in told.items() if there]
