"""From invitations whose time has come to one outbox row each; reminders too."""

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db import transaction

from feedback.notifications import wording
from feedback.notifications.catalogue import Channel, Reason
from feedback.notifications.models import Message
from feedback.notifications.transitions.composing import OF_USE_FOR, scheduled, worded
from feedback.surveys import transitions as surveys
from feedback.surveys.languages import spoken
from feedback.surveys.links import links_to
from feedback.surveys.models import Invitation

BATCH = 500


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
    language = spoken(one.customer.language)
    survey = one.version.said_of("title", language)
    values = {"brand": one.brand.name, "survey": survey, "link": link}
    zone = one.region.time_zone if one.region else settings.CUSTOMERS_TIME_ZONE
    schedule = scheduled(zone=zone, now=now)
    return Message(
        reason=reason,
        invitation=one,
        customer_id=one.customer_id,
        case_id=one.case_id,
        event_id=one.event_id,
        brand_id=one.brand_id,
        region_id=one.region_id,
        expires_at=min(schedule["due_at"] + OF_USE_FOR, one.expires_at),
        **worded(words, values, channel=channel, language=language),
        **schedule,
    )
