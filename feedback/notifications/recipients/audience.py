"""Whom a batch concerns: its customers by rising number, and when each first complained."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.gis.db.models import Count, Exists, F, Func, Min, OuterRef, QuerySet, Subquery
from django.contrib.gis.geos import GEOSGeometry

from complaints.customers.models import Customer
from complaints.geocoding.models import HouseSubscribers
from feedback.notifications.batches.models import Announcement
from feedback.notifications.holding.rules import SendingRule
from feedback.notifications.outbox.models import Message
from feedback.notifications.outbox.states import State
from feedback.notifications.templates.catalogue import RATED, Reason
from spots.cases.events import EventKind
from spots.cases.models import Event, Membership

NOT_SENT = (State.PLANNED, State.HELD, State.EXPIRED, State.CANCELLED)


@dataclass(frozen=True)
class Audience:
    """
    Rows of the customers concerned.

    customer  the field that holds a row's customer
    since     the field that holds when they complained; empty: they did not
    """

    rows: QuerySet[Any]
    customer: str
    since: str = ""

    def size(self) -> int:
        """Return how many customers there are."""
        return int(self.rows.aggregate(count=Count(self.customer, distinct=True))["count"])

    def following(self, number: int, *, limit: int) -> dict[int, datetime | None]:
        """Return the next customers after a number, each with the time of their complaint."""
        rows = self.rows.filter(**{f"{self.customer}__gt": number}).order_by(self.customer)
        if not self.since:
            ids = rows.values_list(self.customer, flat=True).distinct()[:limit]
            return dict.fromkeys(ids)
        return dict(rows.values_list(self.customer).annotate(Min(self.since))[:limit])


def audience_of(batch: Announcement, *, now: datetime) -> Audience:
    """Return the customers that a batch concerns, whether or not they can be told."""
    return _BY_REASON[Reason(batch.reason)](batch, now)


def members_of(event: Event) -> QuerySet[Membership]:
    """
    The complaints that were in the case when the event happened, but those withdrawn, and those
    whose customers do not want to be told.
    """
    return Membership.objects.at(event.at).filter(
        case=event.case_id, complaint__withdrawn_at=None, complaint__tell=True
    )


def _complained(batch: Announcement, _now: datetime) -> Audience:
    assert batch.event is not None  # a constraint says so
    rows = members_of(batch.event).exclude(complaint__customer=None)
    return Audience(rows, "complaint__customer", "complaint__occurred_at")


def _in_it(batch: Announcement, _now: datetime) -> Audience:
    """A spot grows until somebody is told of it: its members as it is told."""
    members = Membership.objects.at(batch.begun_at).filter(
        case=batch.case_id, complaint__withdrawn_at=None, complaint__tell=True
    )
    rows = members.exclude(complaint__customer=None)
    return Audience(rows, "complaint__customer", "complaint__occurred_at")


def _attached(batch: Announcement, _now: datetime) -> Audience:
    assert batch.event is not None
    rows = members_of(batch.event).exclude(complaint__customer=None)
    one = rows.filter(complaint=batch.event.facts.get("complaint"))
    return Audience(one, "complaint__customer", "complaint__occurred_at")


def _told_of_the_fix(batch: Announcement, _now: datetime) -> Audience:
    fixes = Event.objects.filter(
        case=batch.case_id, kind=EventKind.FIXED, pk__lt=batch.event_id
    ).order_by("-pk")
    told = Message.objects.filter(
        case=batch.case_id, reason__in=RATED, event=Subquery(fixes.values("pk")[:1])
    )
    return Audience(told.exclude(state__in=NOT_SENT), "customer")


def _told_in_the_area(batch: Announcement, _now: datetime) -> Audience:
    told = Message.objects.filter(case=batch.case_id, reason=Reason.AREA)
    return Audience(told.exclude(state__in=NOT_SENT), "customer")


def _lives_in_the_spot(batch: Announcement, now: datetime) -> Audience:
    assert batch.case is not None
    complained = Membership.objects.filter(case=batch.case, complaint__customer=OuterRef("pk"))
    rows = _living_in(batch.case.outline, batch, now=now).exclude(Exists(complained))
    return Audience(rows, "pk")


def _lives_by_the_works(batch: Announcement, now: datetime) -> Audience:
    assert batch.works is not None
    return Audience(_living_in(batch.works.area, batch, now=now), "pk")


def _living_in(
    area: GEOSGeometry | None, batch: Announcement, *, now: datetime
) -> QuerySet[Customer]:
    """The brand's customers in houses of an area, but those written to of late without asking."""
    houses = HouseSubscribers.objects.filter(
        brand=batch.brand_id, address__point__coveredby=area
    ).values_list(Func(F("crm_ids"), function="unnest"), flat=True)
    of_late = now - timedelta(days=SendingRule.in_force().area_days)
    written = Message.objects.filter(
        customer=OuterRef("pk"), reason=batch.reason, planned_at__gt=of_late
    ).exclude(state=State.CANCELLED)
    # its own messages do not make it shrink while it is written
    lately = Exists(written.exclude(batch=batch.pk))
    here = Customer.objects.not_erased().filter(brand=batch.brand_id, crm_id__in=houses)
    return here.exclude(lately)


_BY_REASON: dict[Reason, Callable[[Announcement, datetime], Audience]] = {
    Reason.OPENED: _in_it,
    Reason.FIXED: _complained,
    Reason.ETA_SET: _complained,
    Reason.CANNOT: _complained,
    Reason.REOPENED: _told_of_the_fix,
    Reason.ATTACHED: _attached,
    Reason.AREA: _lives_in_the_spot,
    Reason.AREA_FIXED: _told_in_the_area,
    Reason.WORKS: _lives_by_the_works,
}
