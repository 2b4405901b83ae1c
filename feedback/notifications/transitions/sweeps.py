"""What time does to messages: too late, night, morning, and a worker that never came back."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from feedback.notifications.batches.models import Announcement
from feedback.notifications.batches.states import BatchState
from feedback.notifications.holding.retries import DELAYS, retry_at
from feedback.notifications.holding.scheduling import opens_at
from feedback.notifications.outbox.models import Message
from feedback.notifications.outbox.states import UNSENT, State, Why
from feedback.notifications.templates.catalogue import ASKING, WhenUnsure
from feedback.notifications.transitions.adopting import adopt
from feedback.notifications.transitions.receipts import forget_parked
from feedback.surveys import transitions as surveys

LONGEST = timedelta(hours=4)  # after its last attempt, nothing goes out by itself any more


@transaction.atomic
def tidy(*, now: datetime) -> None:
    """Bring the states of unsent and of abandoned messages, and of receipts, up to this moment."""
    late = Message.objects.unsent().filter(expires_at__lte=now)
    surveys.undelivered(list(late.exclude(invitation=None).values_list("invitation", flat=True)))
    late.update(state=State.EXPIRED, why=Why.TOO_LATE)
    paused = list(Announcement.objects.filter(state=BatchState.PAUSED).values_list("pk", flat=True))
    _pause(paused)
    awake = Message.objects.filter(state=State.HELD, due_at__lte=now)
    awake.exclude(batch__in=paused).update(state=State.PLANNED, why="")
    _hold(now=now)
    abandoned = Message.objects.filter(state=State.CLAIMED, lease_until__lte=now)
    abandoned.update(state=State.UNCERTAIN, why=Why.WORKER_LOST, lease_until=None)
    adopt(now=now)
    forget_parked(now=now)
    _send_rather_twice(now=now)
    _finish()


def _send_rather_twice(*, now: datetime) -> None:
    """
    Try again what perhaps went out, where its template says so; with its key, by which a gateway
    that has it knows it. A text that somebody is to answer is never among these.
    """
    unsure = Message.objects.filter(
        state=State.UNCERTAIN,
        claimed_at__gt=now - LONGEST,
        expires_at__gt=now,
        template__when_unsure=WhenUnsure.TWICE,
        attempts__lte=len(DELAYS),
    ).exclude(reason__in=ASKING)
    rows = list(unsure.select_for_update(skip_locked=True, of=("self",)).order_by("pk")[:500])
    for row in rows:
        due_at = retry_at(attempts=row.attempts, key=row.key, now=now)
        row.state, row.due_at, row.why = State.PLANNED, due_at or now, ""
    Message.objects.bulk_update(rows, ["state", "due_at", "why"])


def _pause(paused: list[int]) -> None:
    """Hold what belongs to paused batches: it would be looked at in vain each time."""
    if paused:
        planned = Message.objects.filter(state=State.PLANNED, batch__in=paused)
        planned.update(state=State.HELD, why=Why.PAUSED)


def _finish() -> None:
    """Note which batches have nothing left to send."""
    unsent = Message.objects.filter(batch=OuterRef("pk"), state__in=[*UNSENT, State.CLAIMED])
    written = Announcement.objects.filter(state=BatchState.GOING, done_at__isnull=False)
    written.exclude(Exists(unsent)).update(state=BatchState.DONE)


def _hold(*, now: datetime) -> None:
    """Hold what is due where people sleep: it may have been due before, and nobody sent it."""
    for zone in Message.objects.due(now).values_list("time_zone", flat=True).distinct():
        wakes_at = opens_at(zone=zone, now=now)
        if wakes_at > now:
            asleep = Message.objects.due(now).filter(time_zone=zone)
            asleep.update(state=State.HELD, due_at=wakes_at)
