"""What time does to messages: too late, night, morning, and a worker that never came back."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from feedback.notifications.models import Message
from feedback.notifications.quiet import QuietHours, opening
from feedback.notifications.states import State, Why
from feedback.surveys import transitions as surveys


@transaction.atomic
def tidy(*, now: datetime) -> None:
    """Bring the states of unsent and of abandoned messages up to this moment."""
    late = Message.objects.unsent().filter(expires_at__lte=now)
    surveys.undelivered(list(late.exclude(invitation=None).values_list("invitation", flat=True)))
    late.update(state=State.EXPIRED, why=Why.TOO_LATE)
    Message.objects.filter(state=State.HELD, due_at__lte=now).update(state=State.PLANNED)
    _hold(now=now)
    abandoned = Message.objects.filter(state=State.CLAIMED, lease_until__lte=now)
    abandoned.update(state=State.UNCERTAIN, why=Why.WORKER_LOST, lease_until=None)


def _hold(*, now: datetime) -> None:
    """Hold what is due where people sleep: it may have been due before, and nobody sent it."""
    hours = QuietHours.parse(settings.QUIET_HOURS)
    for zone in Message.objects.due(now).values_list("time_zone", flat=True).distinct():
        opens_at = opening(now, zone=zone, hours=hours)
        if opens_at > now:
            asleep = Message.objects.due(now).filter(time_zone=zone)
            asleep.update(state=State.HELD, due_at=opens_at)
