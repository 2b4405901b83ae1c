"""From invitations whose time has come to one outbox row each; reminders too."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from feedback.notifications.holding.scheduling import OF_USE_FOR, scheduled
from feedback.notifications.outbox.models import Message
from feedback.notifications.recipients.reach import Reach
from feedback.notifications.recipients.zones import zone_of, zones_of
from feedback.notifications.templates import wording
from feedback.notifications.templates.catalogue import Channel, Reason
from feedback.notifications.transitions.conversing import of_invitee
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
    placeless = [one.customer_id for one in invitations if one.region is None]
    zones = zones_of([one.customer_id for one in invitations], placeless=placeless)
    words: dict[tuple[int, bool], wording.Wordings] = {}
    rows, reach = [], Reach()
    for one in invitations:
        by_text = _is_asked_by_text(one)
        texts = Reason.QUESTION if by_text else reason
        if (one.brand_id, by_text) not in words:
            words[one.brand_id, by_text] = wording.Wordings(texts, brand=one.brand_id)
        channel = Channel.SMS if by_text else next(iter(reach.of(one.customer)), Channel.EMAIL)
        said = words[one.brand_id, by_text]
        zone = zones.get(one.customer_id) or zone_of(one.region)
        schedule = scheduled(zone=zone, now=now)
        rows.append(_message(one, reason, said, channel, links[one.pk], schedule))
    Message.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)


def _message(
    one: Invitation,
    reason: Reason,
    words: wording.Wordings,
    channel: str,
    link: str,
    schedule: dict[str, Any],
) -> Message:
    assert one.version is not None  # whoever is asked is asked a version
    language = spoken(one.customer.language)
    first = one.version.questions[0]
    values = wording.facts_of_survey(one, language, link=link)
    return Message(
        reason=reason,
        question=first.number if _is_asked_by_text(one) else 0,
        expires_at=min(schedule["due_at"] + OF_USE_FOR, one.expires_at),
        **of_invitee(one),
        **wording.worded(
            words, values, channel=channel, language=language, segment=one.customer.segment
        ),
        **schedule,
    )


def _is_asked_by_text(one: Invitation) -> bool:
    """Say whether the first question is in the message itself, to be answered by a reply."""
    return one.survey.by_text and bool(one.customer.phone)
