"""Customers whose spots were fixed just now, and who are yet to be told."""

from datetime import datetime, timedelta

from django.contrib.gis.geos import MultiPolygon, Point, Polygon

from complaints.customers.models import Brand, Customer
from complaints.customers.personal import blind_index
from complaints.geocoding.models import Region
from complaints.intake.models import Complaint, Topic
from feedback.notifications.holding.rules import SendingRule
from spots.cases.catalogue import Cause
from spots.cases.events import EventKind
from spots.cases.models import Case, Event, Membership

OF_A_SPOT = 10_000  # customers, at most
AT_ONCE = 5000


def fill(customers: int, *, now: datetime) -> None:
    """Make so many customers with a complaint each, in fixed spots."""
    brand = Brand.objects.create(code="bench", name="Bench")
    box = Polygon.from_bbox((37, 55, 38, 56))
    names = {"code": "bench", "name_ru": "Москва", "name_en": "Moscow"}
    region = Region.objects.create(outline=MultiPolygon(box), **names)
    topic = Topic.objects.create(code="bench", name_ru="Нет сети", name_en="No signal")
    cause = Cause.objects.create(code="bench", name_ru="авария", name_en="outage")
    SendingRule.objects.update_or_create(pk=1, defaults={"approve_above": customers})
    for first in range(0, customers, OF_A_SPOT):
        row = {"place": f"ул. Полевая, {first}", "state": "fixed", "fixed_at": now, "cause": cause}
        spot = Case.objects.create(
            brand=brand,
            region=region,
            topic=topic,
            centre=Point(37.6, 55.75),
            outline=Polygon.from_bbox((37.5, 55.7, 37.7, 55.8)),
            started_at=now - timedelta(hours=3),
            opened_at=now - timedelta(hours=3),
            fix_kind=cause.fix_kind,
            **row,
        )
        _members(spot, topic, range(first, min(first + OF_A_SPOT, customers)), now=now)
        Event.objects.create(case=spot, kind=EventKind.FIXED, at=now, became="fixed")


def _members(spot: Case, topic: Topic, numbers: range, *, now: datetime) -> None:
    then = now - timedelta(hours=2)
    phones = [f"+7916{number:07d}" for number in numbers]
    customers = Customer.objects.bulk_create(
        [
            Customer(
                brand_id=spot.brand_id,
                crm_id=phone,
                phone=phone,
                phone_index=blind_index(phone),
                described_at=then,
            )
            for phone in phones
        ],
        batch_size=AT_ONCE,
    )
    complaints = Complaint.objects.bulk_create(
        [
            Complaint(
                source="bench",
                external_id=one.crm_id,
                fingerprint=b"",
                brand_id=spot.brand_id,
                region_id=spot.region_id,
                topic=topic,
                customer=one,
                occurred_at=then,
                received_at=then,
                placing="placed",
                placed_at=then,
                precision="house",
                point=spot.centre,
            )
            for one in customers
        ],
        batch_size=AT_ONCE,
    )
    Membership.objects.bulk_create(
        [Membership(case=spot, complaint=one, since=then) for one in complaints],
        batch_size=AT_ONCE,
    )
