"""By whose clock it is night: each customer's where they live, else their region's."""

from collections.abc import Collection

from django.conf import settings

from complaints.among import among
from complaints.customers.models import Customer
from complaints.customers.numbers.zones import zones_of_phones
from complaints.geocoding.models import Region
from complaints.intake.models import Complaint
from feedback.surveys.models import Invitation


def zone_of(region: Region | None) -> str:
    """Return the zone of a region; of none, that of the usual customer."""
    return region.time_zone if region else settings.CUSTOMERS_TIME_ZONE


def zones_of(customers: Collection[int], *, placeless: Collection[int] = ()) -> dict[int, str]:
    """
    Return the zones of customers whose place is known, by customer: of the region in which they
    complained last. A spot has one region, and its people may live in several: beyond a border,
    or where somebody put their complaint into it.

    placeless  of them, those who are told of what has no region: where they complained of nothing
               either, it is where their number is from, by the numbering plan

    One query, two more where somebody is placeless.
    """
    placed = Complaint.objects.filter(among("customer", customers), region__isnull=False)
    newest = placed.order_by("customer", "-occurred_at", "-pk").distinct("customer")
    zones = dict(newest.values_list("customer", "region__time_zone"))
    if unknown := [pk for pk in placeless if pk not in zones]:
        rows = Customer.objects.filter(among("pk", unknown)).values_list("pk", "phone")
        phones = {pk: str(phone) for pk, phone in rows if phone}
        by_phone = zones_of_phones(set(phones.values()))
        zones |= {pk: by_phone[phone] for pk, phone in phones.items() if phone in by_phone}
    return zones


def zone_of_customer(customer_id: int, *, region: Region | None) -> str:
    """Return the zone of one customer who is told of what lies in a region, or in none."""
    placeless = () if region else (customer_id,)
    return zones_of([customer_id], placeless=placeless).get(customer_id) or zone_of(region)


def zone_of_invitee(one: Invitation) -> str:
    """Return the zone of whom an invitation asks."""
    return zone_of_customer(one.customer_id, region=one.region)
