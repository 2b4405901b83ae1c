"""Whose personal data an account saw: asked when an account, or a person, is no longer trusted."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from heatmaps_project.accounts.calls.models import CallCount
from heatmaps_project.accounts.models import ApiClient, Look, User
from heatmaps_project.desk.models import Lookup, LookupQuerySet

READ = (200, 206)  # the latter: a page of a list of the TM Forum's


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
    it read on the days of that time, as far as calls are counted: whose data, they do not say.
    """
    yield from _told(Lookup.objects.filter(client=client, at__gte=since, at__lt=until))
    days = (since.astimezone(UTC).date(), until.astimezone(UTC).date())
    read = CallCount.objects.filter(client=client, day__range=days, method="GET", status__in=READ)
    for day, route, times, last in read.order_by("day", "route").values_list(
        "day", "route", "times", "last_at"
    ):
        yield Seen(last, "", f"GET {route}, {times} times on {day}", "")


def _told(lookups: LookupQuerySet) -> Iterator[Seen]:
    rows = lookups.order_by("at").values_list("at", "pk", "customer", "asked", "agent")
    for at, number, customer, asked, agent in rows.iterator():
        whose = f"customer {customer}" if customer else "a place"
        what = f"lookup {number} by {asked}"
        yield Seen(at, whose, f"{what} for {agent}" if agent else what, "")
