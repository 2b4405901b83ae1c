"""When a new message of the outbox may go out."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from feedback.notifications.holding.quiet import QuietHours, opening
from feedback.notifications.outbox.states import State

OF_USE_FOR = timedelta(hours=72)  # after what it tells of, or after it was to ask


def scheduled(*, zone: str, now: datetime, after: timedelta = timedelta()) -> dict[str, Any]:
    """
    Return the fields of a message that say when it goes out, but not until when it is of use.

    after  how much later than now it is wanted; in the night it is held until the morning
    """
    due_at = opens_at(zone=zone, now=now + after)
    return {
        "time_zone": zone,
        "planned_at": now,
        "due_at": due_at,
        "state": waiting_until(due_at, now=now + after),
    }


def opens_at(*, zone: str, now: datetime) -> datetime:
    """Return the first moment from now on, in UTC, at which people in a zone may be disturbed."""
    return opening(now, zone=zone, hours=QuietHours.parse(settings.QUIET_HOURS))


def waiting_until(due_at: datetime, *, now: datetime) -> State:
    """Return the state in which a message waits for its time."""
    return State.HELD if due_at > now else State.PLANNED
