"""From batches to one outbox row for each of the customers concerned."""

import logging
from collections.abc import Set
from datetime import datetime

from django.db import transaction

from complaints.isolation import isolated
from feedback.notifications.batches.composition import Composition
from feedback.notifications.batches.models import Announcement
from feedback.notifications.batches.states import BatchState
from feedback.notifications.holding.rules import SendingRule
from feedback.notifications.recipients.audience import audience_of
from feedback.notifications.recipients.strangers import strangers_of
from feedback.notifications.recipients.told import Recipient, recipients
from feedback.notifications.templates.catalogue import RATED, Reason
from feedback.notifications.transitions.approval import may_tell_alone
from feedback.notifications.transitions.beginning import begin
from feedback.notifications.transitions.truth import still_true
from feedback.notifications.transitions.writing import write_messages
from feedback.surveys import transitions as surveys
from spots.cases.models import Event

logger = logging.getLogger(__name__)

BATCH = 5000  # customers told in one transaction


def plan_messages(*, now: datetime, batch: int = BATCH) -> int:
    """
    Write a message for each customer concerned by what happened since.

    Stopped at any line, the next run goes on where the last whole transaction ended. Returns how
    many messages were written.
    """
    begin(now=now)
    written = 0
    for number in Announcement.objects.to_write().order_by("pk").values_list("pk", flat=True):
        written += _tell_all(number, batch, now=now)
    return written


def _tell_all(number: int, limit: int, *, now: datetime) -> int:
    """Write a batch's messages; one that cannot be written keeps nobody waiting."""
    written = 0
    with isolated(logger, "Batch %s could not be written; the next sweep tries again", number):
        while (told := _tell_next(number, limit, now=now)) is not None:
            written += told
    return written


@transaction.atomic
def _tell_next(number: int, limit: int, *, now: datetime) -> int | None:
    """Write the next of a batch's messages; None: none left, or another is at it."""
    rows = Announcement.objects.to_write().select_for_update(skip_locked=True, of=("self",))
    batch = rows.select_related(*OF_BATCH).filter(pk=number).first()
    if batch is None:
        return None
    if _is_overtaken(batch):
        batch.overtaken, batch.done_at = True, now
        batch.save(update_fields=["overtaken", "done_at"])
        return None
    if _has_outgrown(batch, now=now):
        batch.state, batch.approved_by = BatchState.WAITING, None
        batch.save(update_fields=["state", "approved_by", "recipients"])
        return None
    concerned = audience_of(batch, now=now).following(batch.cursor, limit=limit)
    people = recipients(batch, concerned)
    wanted = [who for who in people if who.channel and not who.refused]
    strangers = strangers_of(wanted, case_id=batch.case_id, now=now)
    told = [who for who in wanted if who.customer_id not in strangers.left_out]
    asked = [who for who in told if who.customer_id not in strangers.unasked]
    invited = _invite(batch, asked, strangers.asked, now=now)
    write_messages(Composition(batch, now=now).rows(told, invited))
    batch.told += len(told)
    batch.strangers += len(strangers.told)
    batch.left_out += len(strangers.left_out)
    if strangers.left_out:
        logger.warning("Enough for today: %s strangers are told nothing", len(strangers.left_out))
    silent = sum(not who.channel for who in people)
    batch.without_contact += silent
    batch.opted_out += len(people) - len(wanted) - silent
    if concerned:
        batch.cursor = max(concerned)
    if len(concerned) < limit:
        batch.done_at = now
    batch.save(update_fields=_WRITTEN)
    return len(told)


_WRITTEN = (
    *("told", "strangers", "left_out", "without_contact", "opted_out"),
    *("cursor", "done_at", "recipients"),
)


OF_BATCH = (
    "event",
    "works",
    "brand",
    "region",
    *(f"case__{name}" for name in ("brand", "region", "topic", "cause")),
)


def _is_overtaken(batch: Announcement) -> bool:
    """Say whether what a batch says is no longer so."""
    if batch.case is None:
        return False
    event = batch.event
    if event is not None and batch.reason != Reason.ATTACHED:
        newer = Event.objects.filter(case=event.case_id, kind=event.kind, pk__gt=event.pk)
        if newer.exists():
            return True
    return not still_true(batch.reason, batch.case)


# Who lives there is asked as it is written: the ground may be larger by then than as it was begun.
_ASKED_ANEW = {Reason.AREA, Reason.WORKS}


def _has_outgrown(batch: Announcement, *, now: datetime) -> bool:
    """
    Say whether a batch concerns more people by now than whoever began it may tell alone, and than
    a second person has approved.
    """
    if batch.reason not in _ASKED_ANEW:
        return False
    seen, batch.recipients = batch.recipients, audience_of(batch, now=now).size()
    if batch.approved_by_id is not None:
        return batch.recipients > max(seen, SendingRule.in_force().approve_above)
    return not may_tell_alone(batch, now=now)


def _invite(
    batch: Announcement, wanted: list[Recipient], strangers: Set[int], *, now: datetime
) -> dict[int, int]:
    """Invite people who are told of a fix, and may be asked, to rate it; by customer."""
    if batch.reason not in RATED or batch.event is None:
        return {}
    ids = [who.customer_id for who in wanted]
    unasked = {who.customer_id: who.unasked for who in wanted if who.unasked}
    return surveys.invite(
        event=batch.event, customer_ids=ids, strangers=strangers, unasked=unasked, now=now
    )
