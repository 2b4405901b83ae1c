"""What time does to messages: too late, night, morning, and a worker that never came back."""

from datetime import datetime

from django.db import transaction

from feedback.notifications.models import Message
from feedback.notifications.states import State, Why
from feedback.notifications.transitions.composing import opens_at
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
    for zone in Message.objects.due(now).values_list("time_zone", flat=True).distinct():
        wakes_at = opens_at(zone=zone, now=now)
        if wakes_at > now:
            asleep = Message.objects.due(now).filter(time_zone=zone)
            asleep.update(state=State.HELD, due_at=wakes_at)
