"""Whose personal data an account saw: asked when an account, or a person, is no longer trusted."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.db.models import Count, Max, Q
from django.db.models.functions import TruncDate

from heatmaps_project.accounts.calls.models import CallCount
from heatmaps_project.accounts.models import ApiClient, Look, User
from heatmaps_project.desk.models import Lookup, LookupQuerySet
from heatmaps_project.webhooks.models import Delivery

READ = (200, 201, 206)  # the last: a page of a list of the TM Forum's
# Endpoints that answer with what is known of somebody, however they are asked. Lookups, panels and
# links to own pages are not among them: each of those has a record of its own.
ANSWERS: Final = (
    "api/v1/customers",
    "api/v1/customers/find",
    "api/v1/customers/<int:number>",
    "api/v1/complaints/<int:pk>/events",
    "api/v1/followups/<int:pk>/result",
    "api/v1/requests/<int:pk>/state",
    "tmf-api/troubleTicket/v4/troubleTicket/<str:pk>",
)
_READS: Final = Q(method="GET") | Q(route__in=ANSWERS)


@dataclass(frozen=True)
class Seen:
    """At a moment, somebody's data: "customer 17" and "phone", or what a lookup was asked by."""

    at: datetime
    whose: str
    what: str
    reason: str


def seen_by(account: User, *, since: datetime, until: datetime) -> Iterator[Seen]:
    """
    All that a person, or the account of a machine, saw from `since` until before `until`.

    What was revealed comes first, then what was looked up; each in the order of time, by an index
    over accounts and moments.
    """
    looks = Look.objects.filter(by=account, at__gte=since, at__lt=until)
    for at, whose, what, reason in (
        looks.order_by("at").values_list("at", "subject", "field", "reason").iterator()
    ):
        yield Seen(at, whose, what, reason)
    yield from _told(Lookup.objects.filter(by=account, at__gte=since, at__lt=until))


def seen_through(client: ApiClient, *, since: datetime, until: datetime) -> Iterator[Seen]:
    """
    All that a machine looked up, and for which of its agents, as `seen_by` tells it; and what else
    it read on the days of that time, as far as calls are counted, and was told of by itself, with
    customers' words, as far as deliveries are kept: whose data, these do not say.
    """
    yield from _told(Lookup.objects.filter(client=client, at__gte=since, at__lt=until))
    yield from _read(client, since=since, until=until)
    yield from _sent(client, since=since, until=until)


def _read(client: ApiClient, *, since: datetime, until: datetime) -> Iterator[Seen]:
    days = (since.astimezone(UTC).date(), until.astimezone(UTC).date())
    read = CallCount.objects.filter(_READS, client=client, day__range=days, status__in=READ)
    for day, method, route, times, last in read.order_by("day", "route", "method").values_list(
        "day", "method", "route", "times", "last_at"
    ):
        yield Seen(last, "", f"{method} {route}, {times} times on {day}", "")


def _sent(client: ApiClient, *, since: datetime, until: datetime) -> Iterator[Seen]:
    sent = Delivery.objects.filter(subscription__client=client, sealed__isnull=False)
    sent = sent.filter(sent_at__gte=since, sent_at__lt=until).order_by()
    days = sent.annotate(day=TruncDate("sent_at", tzinfo=UTC)).values("day", "event")
    each = days.annotate(times=Count("pk"), last=Max("sent_at")).order_by("day", "event")
    for day, event, times, last in each.values_list("day", "event", "times", "last"):
        yield Seen(last, "", f"{event} sent there, {times} times on {day}", "")


def _told(lookups: LookupQuerySet) -> Iterator[Seen]:
    rows = lookups.order_by("at").values_list("at", "pk", "customer", "asked", "agent")
    for at, number, customer, asked, agent in rows.iterator():
        whose = f"customer {customer}" if customer else "a place"
        what = f"lookup {number} by {asked}"
        yield Seen(at, whose, f"{what} for {agent}" if agent else what, "")
