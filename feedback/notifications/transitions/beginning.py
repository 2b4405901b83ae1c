"""From what happened to cases to the batches that tell of it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q

from feedback.notifications.batches.models import Announcement
from feedback.notifications.batches.states import BatchState
from feedback.notifications.holding.rules import SendingRule
from feedback.notifications.outbox.models import Message
from feedback.notifications.outbox.states import State, Why
from feedback.notifications.recipients.audience import audience_of, members_of
from feedback.notifications.templates.catalogue import Reason
from feedback.notifications.transitions.opening import of_opened
from spots.cases.events import EventKind
from spots.cases.models import Event
from spots.cases.states import Dismissal

REASONS: dict[str, Reason] = {
    EventKind.FIXED: Reason.FIXED,
    EventKind.PLANNED: Reason.ETA_SET,
    EventKind.REOPENED: Reason.REOPENED,
    EventKind.FAILED: Reason.REOPENED,
    EventKind.ATTACHED: Reason.ATTACHED,
    EventKind.DISMISSED: Reason.CANNOT,
}
# What was not sent before these is no longer so.
_OVERTAKING = {EventKind.FIXED, EventKind.PLANNED, EventKind.REOPENED, EventKind.FAILED}
# No transaction stays open for as long (settings: a minute idle), so an event whose number is
# below that of one announced so long ago cannot turn up any more.
SETTLED_AFTER = timedelta(days=1)
# Whatever else a case is dismissed for, there was no fault of ours to own up to.
_CANNOT = Q(facts__dismissed_for=Dismissal.CANNOT)
# A person put one complaint into a case; whatever comes over from another case was told there.
_BY_AN_AGENT = Q(by__isnull=False, facts__has_key="complaint") & ~Q(facts__has_key="from")


@transaction.atomic
def begin(*, now: datetime) -> None:
    """Make a batch of each event that has to be told, and drop what it overtakes."""
    long_ago = Announcement.objects.filter(begun_at__lt=now - SETTLED_AFTER)
    settled = long_ago.aggregate(last=Max("event"))["last"] or 0
    events = Event.objects.filter(kind__in=REASONS, pk__gt=settled, announcements=None)
    events = events.filter(~Q(kind=EventKind.ATTACHED) | _BY_AN_AGENT)
    events = events.filter(~Q(kind=EventKind.DISMISSED) | _CANNOT).select_related("case")
    alone = SendingRule.in_force().approve_above
    batches: list[Announcement] = []
    for event in events.order_by("pk"):
        if event.kind in _OVERTAKING:
            overtaken = Message.objects.unsent().filter(case=event.case_id, event__lt=event)
            overtaken.update(state=State.CANCELLED, why=Why.OVERTAKEN)
        batches.extend(_batches(event, now=now))
    batches.extend(of_opened(now=now))
    for batch in batches:
        batch.recipients = audience_of(batch, now=now).size()
        if batch.recipients > alone:
            batch.state = BatchState.WAITING
    Announcement.objects.bulk_create(batches, ignore_conflicts=True)


def _batches(event: Event, *, now: datetime) -> Iterator[Announcement]:
    anonymous = 0
    if event.kind != EventKind.ATTACHED:
        anonymous = members_of(event).filter(complaint__customer=None).count()
    row = {
        "event": event,
        "case": event.case,
        "brand_id": event.case.brand_id,
        "region_id": event.case.region_id,
        "begun_at": now,
        "asked_by_id": event.by_id,
    }
    yield Announcement(reason=REASONS[event.kind], anonymous=anonymous, **row)
    asked = Announcement.objects.filter(case=event.case_id, reason=Reason.AREA)
    if event.kind == EventKind.FIXED and asked.exclude(state=BatchState.CANCELLED).exists():
        yield Announcement(reason=Reason.AREA_FIXED, **row)
