"""From what happened to a case to one outbox row for each of its customers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
)

from complaints.customers.consent import OptOut
from complaints.customers.models import Customer
from feedback.notifications import wording
from feedback.notifications.catalogue import Channel, Reason
from feedback.notifications.models import Announcement, Message
from feedback.notifications.states import State, Why
from feedback.notifications.transitions.composing import OF_USE_FOR, scheduled, worded
from feedback.notifications.transitions.truth import purpose_of, still_true
from feedback.surveys import transitions as surveys
from feedback.surveys.languages import spoken
from feedback.surveys.links import links_to
from spots.cases.events import EventKind
from spots.cases.models import Case, Event, Membership

REASONS: dict[str, Reason] = {EventKind.FIXED: Reason.FIXED, EventKind.PLANNED: Reason.ETA_SET}
BATCH = 5000  # customers told in one transaction
# No transaction stays open for as long (settings: a minute idle), so an event whose number is
# below that of one announced so long ago cannot turn up any more.
SETTLED_AFTER = timedelta(days=1)
CASE = "event__case"


def plan_messages(*, now: datetime, batch: int = BATCH) -> int:
    """
    Write a message for each customer of every case that was fixed or got a term since.

    Stopped at any line, the next run goes on where the last whole batch ended. Returns how many
    messages were written.
    """
    _begin(now=now)
    written = 0
    for announcement in Announcement.objects.filter(done_at=None).order_by("pk"):
        while (told := _tell_next(announcement.pk, batch, now=now)) is not None:
            written += told
    return written


@transaction.atomic
def _begin(*, now: datetime) -> None:
    """Note which events have to be told, and drop what they overtake."""
    long_ago = Announcement.objects.filter(begun_at__lt=now - SETTLED_AFTER)
    settled = long_ago.aggregate(last=Max("event"))["last"] or 0
    events = list(
        Event.objects.filter(kind__in=REASONS, pk__gt=settled, announcement=None).order_by("pk")
    )
    for event in events:
        overtaken = Message.objects.unsent().filter(case=event.case_id, event__lt=event)
        overtaken.update(state=State.CANCELLED, why=Why.OVERTAKEN)
    Announcement.objects.bulk_create(
        [
            Announcement(
                event=event,
                reason=REASONS[event.kind],
                begun_at=now,
                anonymous=_members(event).filter(complaint__customer=None).count(),
            )
            for event in events
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def _tell_next(announcement_id: int, batch: int, *, now: datetime) -> int | None:
    """Write the next batch of an announcement's messages; None: none left, or another is at it."""
    rows = Announcement.objects.select_for_update(skip_locked=True, of=("self",))
    rows = rows.select_related(CASE, *(f"{CASE}__{name}" for name in _OF_CASE))
    announcement = rows.filter(pk=announcement_id, done_at=None).first()
    if announcement is None:
        return None
    if _is_overtaken(announcement.event):
        announcement.overtaken, announcement.done_at = True, now
        announcement.save(update_fields=["overtaken", "done_at"])
        return None
    complained = _next_customers(announcement, batch)
    people = _people(announcement, complained)
    wanted = [who for who in people if who.channel and not who.refused]
    messages = _messages(announcement, wanted, now=now)
    Message.objects.bulk_create(messages, batch_size=1000, ignore_conflicts=True)
    announcement.told += len(messages)
    announcement.without_contact += sum(not who.channel for who in people)
    announcement.opted_out += len(people) - len(wanted) - sum(not who.channel for who in people)
    if complained:
        announcement.cursor = max(complained)
    if len(complained) < batch:
        announcement.done_at = now
    announcement.save(update_fields=["told", "without_contact", "opted_out", "cursor", "done_at"])
    return len(messages)


_OF_CASE = ("brand", "region", "topic", "cause")


def _is_overtaken(event: Event) -> bool:
    """Say whether what an event says is no longer so."""
    if Event.objects.filter(case=event.case_id, kind=event.kind, pk__gt=event.pk).exists():
        return True
    return not still_true(REASONS[event.kind], event.case)


def _members(event: Event) -> QuerySet[Membership]:
    """
    The complaints that were in the case when the event happened, but those withdrawn, and those
    whose customers do not want to be told.
    """
    return Membership.objects.at(event.at).filter(
        case=event.case_id, complaint__withdrawn_at=None, complaint__tell=True
    )


def _next_customers(announcement: Announcement, batch: int) -> dict[int, datetime]:
    """Return the next customers by number, each with the time of their first complaint."""
    members = _members(announcement.event).filter(complaint__customer__gt=announcement.cursor)
    first = members.values_list("complaint__customer").annotate(Min("complaint__occurred_at"))
    return dict(first.order_by("complaint__customer")[:batch])


@dataclass(frozen=True)
class _Person:
    customer_id: int
    language: str
    channel: str  # empty: no way to reach them
    refused: bool  # they want no such messages
    complained_at: datetime


def _people(announcement: Announcement, complained: dict[int, datetime]) -> list[_Person]:
    """Return the customers that have not been told of this yet."""
    rows = Customer.objects.filter(pk__in=complained).exclude(pk__in=_told(announcement))
    refused = OptOut.objects.of(purpose_of(announcement.reason)).filter(customer=OuterRef("pk"))
    reachable = rows.annotate(
        by_phone=_is_there("phone"), by_email=_is_there("email"), refused=Exists(refused)
    )
    return [
        _Person(
            customer_id=pk,
            language=spoken(language),
            channel=Channel.SMS if by_phone else Channel.EMAIL if by_email else "",
            refused=refuses,
            complained_at=complained[pk],
        )
        for pk, language, by_phone, by_email, refuses in reachable.order_by("pk").values_list(
            "pk", "language", "by_phone", "by_email", "refused"
        )
    ]


def _told(announcement: Announcement) -> QuerySet[Message, Any]:
    messages = Message.objects.filter(case=announcement.event.case_id, reason=announcement.reason)
    if announcement.reason == Reason.ETA_SET:  # once a case, however often the term moves
        messages = messages.exclude(state=State.CANCELLED)
    else:
        messages = messages.filter(event=announcement.event_id)
    return messages.values("customer")


def _is_there(field: str) -> ExpressionWrapper[Q]:
    return ExpressionWrapper(Q(**{f"{field}__isnull": False}), output_field=BooleanField())


def _messages(
    announcement: Announcement, people: Collection[_Person], *, now: datetime
) -> list[Message]:
    event, reason = announcement.event, announcement.reason
    case = event.case
    invited: dict[int, int] = {}
    if reason == Reason.FIXED:
        ids = [who.customer_id for who in people]
        invited = surveys.invite(event=event, customer_ids=ids, now=now)
    links = links_to(invited.values())
    words = wording.Wordings(reason, brand=case.brand_id, cause=case.cause_id, topic=case.topic_id)
    facts = {language: wording.facts_of(case, language) for language in ("ru", "en")}
    schedule = _schedule(case, told_of=event.at, now=now)
    messages = []
    for who in people:
        invitation_id = invited.get(who.customer_id)
        values = facts[who.language] | {
            "complained_on": wording.day(who.complained_at, case.region.time_zone, who.language),
            "link": links.get(invitation_id or 0, ""),
        }
        messages.append(
            Message(
                reason=reason,
                case_id=event.case_id,
                event=event,
                brand_id=case.brand_id,
                region_id=case.region_id,
                customer_id=who.customer_id,
                invitation_id=invitation_id,
                **worded(words, values, channel=who.channel, language=who.language),
                **schedule,
            )
        )
    return messages


def _schedule(case: Case, *, told_of: datetime, now: datetime) -> dict[str, Any]:
    """Return the times and the state that new messages of a case begin with."""
    row = {
        **scheduled(zone=case.region.time_zone, now=now),
        "expires_at": told_of + OF_USE_FOR,
    }
    if row["expires_at"] <= now:
        return {**row, "state": State.EXPIRED, "why": Why.TOO_LATE}
    return row
