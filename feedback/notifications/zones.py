"""By whose clock it is night: each customer's where they live, else their region's."""

from collections.abc import Collection

from django.conf import settings

from complaints.geocoding.models import Region
from complaints.intake.models import Complaint
from feedback.surveys.models import Invitation


def zone_of(region: Region | None) -> str:
    """Return the zone of a region; of none, that of the usual customer."""
    return region.time_zone if region else settings.CUSTOMERS_TIME_ZONE


def zones_of(customers: Collection[int]) -> dict[int, str]:
    """
    Return the zones of customers whose place is known, by customer: of the region in which they
    complained last. A spot has one region, and its people may live in several: beyond a border,
    or where somebody put their complaint into it. One query.
    """
    placed = Complaint.objects.filter(customer__in=customers, region__isnull=False)
    newest = placed.order_by("customer", "-occurred_at", "-pk").distinct("customer")
    return dict(newest.values_list("customer", "region__time_zone"))


def zone_of_invitee(one: Invitation) -> str:
    """Return the zone of whom an invitation asks; one query."""
    return zones_of([one.customer_id]).get(one.customer_id) or zone_of(one.region)
