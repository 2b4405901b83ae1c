"""What every new message of the outbox begins with: its words, and when it may go out."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from feedback.notifications import wording
from feedback.notifications.quiet import QuietHours, opening
from feedback.notifications.states import State

OF_USE_FOR = timedelta(hours=72)  # after what it tells of, or after it was to ask


def worded(
    words: wording.Wordings, values: Mapping[str, str], *, channel: str, language: str
) -> dict[str, Any]:
    """Return the fields of a message that hold its text."""
    text = words.of(channel, language)
    composed = wording.composed(text, values, channel=channel)
    return {
        "template_id": text.template_id,
        "channel": channel,
        "language": language,
        "subject": composed.subject,
        "text": composed.text,
        "parts": composed.parts,
    }


def scheduled(*, zone: str, now: datetime) -> dict[str, Any]:
    """Return the fields of a message that say when it goes out, but not until when it is of use."""
    due_at = opens_at(zone=zone, now=now)
    return {
        "time_zone": zone,
        "planned_at": now,
        "due_at": due_at,
        "state": waiting_until(due_at, now=now),
    }


def opens_at(*, zone: str, now: datetime) -> datetime:
    """Return the first moment from now on, in UTC, at which people in a zone may be disturbed."""
    return opening(now, zone=zone, hours=QuietHours.parse(settings.QUIET_HOURS))


def waiting_until(due_at: datetime, *, now: datetime) -> State:
    """Return the state in which a message waits for its time."""
    return State.HELD if due_at > now else State.PLANNED
