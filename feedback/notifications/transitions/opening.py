"""From spots that opened to batches that tell of them, where a policy says so."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef

from feedback.notifications.batches.models import Announcement
from feedback.notifications.batches.opening import OpeningPolicy, policy_for
from feedback.notifications.templates.catalogue import Reason
from spots.cases.events import EventKind
from spots.cases.models import Case, Event, Kind
from spots.cases.states import WORKING

# A spot may rise to the priority that a policy asks for; later it is no news that it opened.
NEWS_FOR: Final = timedelta(days=1)


def of_opened(*, now: datetime) -> Iterator[Announcement]:
    """
    Yield the batches, not saved yet, of spots that policies want told and nobody was told of.

    Each spot once, whatever becomes of its batches: a person who cancels one means it.
    """
    policies = list(OpeningPolicy.objects.filter(active=True).order_by("pk"))
    if not policies:
        return
    batches = Announcement.objects.filter(case=OuterRef("case"))
    events = Event.objects.filter(
        ~Exists(batches.filter(reason=Reason.OPENED)),
        kind=EventKind.OPENED,
        at__gt=now - NEWS_FOR,
        case__kind=Kind.SPOT,
        case__split_from=None,  # its people were told of the spot that it is a part of
        case__state__in=WORKING,
    ).annotate(told_area=Exists(batches.filter(reason=Reason.AREA)))
    for event in events.select_related("case").order_by("pk"):
        policy = policy_for(event.case, policies)
        if policy is None or event.at < policy.since or event.case.band > policy.band:
            continue
        yield _batch(event.case, Reason.OPENED, event=event, now=now)
        if policy.neighbours and not event.told_area:
            yield _batch(event.case, Reason.AREA, event=None, now=now)


def _batch(case: Case, reason: Reason, *, event: Event | None, now: datetime) -> Announcement:
    return Announcement(
        reason=reason,
        event=event,
        case=case,
        brand_id=case.brand_id,
        region_id=case.region_id,
        begun_at=now,
    )
