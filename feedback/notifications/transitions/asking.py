"""From invitations whose time has come to one outbox row each; reminders too."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from feedback.notifications import wording
from feedback.notifications.catalogue import Channel, Reason
from feedback.notifications.models import Message
from feedback.notifications.quiet import QuietHours, opening
from feedback.notifications.states import State
from feedback.surveys import transitions as surveys
from feedback.surveys.links import links_to
from feedback.surveys.models import Invitation

BATCH = 500
OF_USE_FOR = timedelta(hours=72)


def ask_customers(*, now: datetime) -> int:
    """Write the messages of invitations and reminders that are due, and return how many."""
    written = 0
    while (batch := _ask_next(now=now)) is not None:
        written += batch
    return written + _remind_next(now=now)


@transaction.atomic
def _ask_next(*, now: datetime) -> int | None:
    asked, decided = surveys.take_due(limit=BATCH, now=now)
    _write(asked, Reason.SURVEY, now=now)
    return len(asked) if decided else None


@transaction.atomic
def _remind_next(*, now: datetime) -> int:
    silent = surveys.due_for_a_reminder(limit=BATCH, now=now)
    _write(silent, Reason.REMINDER, now=now)
    return len(silent)


def _write(invitations: Collection[Invitation], reason: Reason, *, now: datetime) -> None:
    links = links_to(one.pk for one in invitations)
    words: dict[int, wording.Wordings] = {}
    rows = []
    for one in invitations:
        if one.brand_id not in words:
            words[one.brand_id] = wording.Wordings(reason, brand=one.brand_id)
        rows.append(_message(one, reason, words[one.brand_id], links[one.pk], now=now))
    Message.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)


def _message(
    one: Invitation, reason: Reason, words: wording.Wordings, link: str, *, now: datetime
) -> Message:
    assert one.version is not None  # whoever is asked is asked a version
    channel = Channel.SMS if one.customer.phone else Channel.EMAIL
    language = wording.spoken(one.customer.language)
    text = words.of(channel, language)
    survey = one.version.said_of("title", language)
    values = {"brand": one.brand.name, "survey": survey, "link": link}
    composed = wording.composed(text, values, channel=channel)
    return Message(
        reason=reason,
        invitation=one,
        customer_id=one.customer_id,
        case_id=one.case_id,
        event_id=one.event_id,
        brand_id=one.brand_id,
        region_id=one.region_id,
        template_id=text.template_id,
        channel=channel,
        language=language,
        subject=composed.subject,
        text=composed.text,
        parts=composed.parts,
        **_schedule(one, now=now),
    )


def _schedule(one: Invitation, *, now: datetime) -> dict[str, Any]:
    zone = one.region.time_zone if one.region else settings.CUSTOMERS_TIME_ZONE
    due_at = opening(now, zone=zone, hours=QuietHours.parse(settings.QUIET_HOURS))
    return {
        "time_zone": zone,
        "planned_at": now,
        "due_at": due_at,
        "expires_at": min(due_at + OF_USE_FOR, one.expires_at),
        "state": State.HELD if due_at > now else State.PLANNED,
    }
