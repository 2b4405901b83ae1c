"""A large operator's database: spots of two years and the complaints they are made of."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.gis.geos import Point, Polygon
from django.db import connection
from django.db.models import Max, Model

from complaints.models import Complaint, Customer, Topic
from heatmaps_project.demo.office import open_office
from spots.cases.events import EventKind
from spots.cases.states import State
from spots.models import Case, Cause, Clock, Event, Policy, Team

YEARS = timedelta(days=730)
WORKING = (State.DETECTED, State.ROUTED, State.ACCEPTED, State.DIAGNOSING, State.FIXING)
LON, LAT, SPAN_DEGREES = 41.0, 57.0, 0.01  # a square grid of spots about 0.6 by 1.1 km apart

CUSTOMERS = """
    INSERT INTO complaints_customer (
        brand_id, crm_id, phone, phone_index, email, segment, ltv, language, described_at
    )
    SELECT %(brand)s, 'bench-' || n, %(phone)s, sha256(n::text::bytea), %(nothing)s,
        CASE WHEN n %% 20 = 0 THEN 'vip' ELSE 'mass' END, 1000, 'ru', %(now)s
    FROM generate_series(1 + %(before)s, %(before)s + %(many)s) AS n
"""
COMPLAINTS = """
    INSERT INTO complaints_complaint (
        brand_id, source, external_id, fingerprint, customer_id, topic_id, channel, text, address,
        "placing", precision, point, region_id, occurred_at, received_at, placed_at, resolved_at
    )
    SELECT %(brand)s, 'bench', c.id || '-' || n, '',
        %(customer)s + (c.id * 50 + n) %% %(customers)s, c.topic_id, 'call', %(text)s, %(nothing)s,
        'placed', 'house',
        ST_Translate(c.centre, n %% 7 / 1e3, n %% 11 / 1e3), %(region)s, at, at, at,
        CASE WHEN c.state = 'closed' AND c.ended_at <= %(now)s THEN c.ended_at END
    FROM spots_case c, generate_series(1, %(each)s) AS n,
        LATERAL (SELECT c.started_at + n * interval '3 minutes' AS at) AS moment
    WHERE c.id > %(after)s
"""
MEMBERSHIPS = """
    INSERT INTO spots_membership (case_id, complaint_id, since)
    SELECT split_part(external_id, '-', 1)::bigint, id, received_at
    FROM complaints_complaint WHERE source = 'bench' AND id > %(before)s
"""


@dataclass(frozen=True)
class Size:
    spots: int
    complaints: int
    working: int = 2000  # of the spots


def fill(size: Size, *, now: datetime) -> None:
    """Fill an empty database."""
    brand, region = open_office(now=now)
    topics, teams = list(Topic.objects.order_by("pk")), list(Team.objects.order_by("pk"))
    cause, policy = Cause.objects.earliest("pk"), Policy.objects.earliest("pk")
    cases = []
    for n in range(size.spots):
        opened_at = now - YEARS * (size.spots - n) / size.spots
        is_working = n >= size.spots - size.working
        lon, lat = LON + n % 300 * SPAN_DEGREES, LAT + n // 300 % 100 * SPAN_DEGREES
        ended_at = None if is_working else opened_at + timedelta(hours=20)
        cases.append(
            Case(
                brand=brand,
                region=region,
                topic=topics[n % len(topics)],
                state=WORKING[n % len(WORKING)] if is_working else State.CLOSED,
                place=f"Ленина, {n}",
                centre=Point(lon, lat, srid=4326),
                outline=Polygon.from_bbox((lon, lat, lon + 0.007, lat + 0.007)),
                customers=40,
                complaints=size.complaints // size.spots,
                started_at=opened_at,
                opened_at=opened_at,
                team=teams[n % len(teams)],
                cause=cause,
                fix_kind=cause.fix_kind,
                eta_at=opened_at + timedelta(hours=12),
                fixed_at=ended_at,
                ended_at=ended_at,
                priority=n % 200,
                band=1 + n % 4,
            )
        )
    Case.objects.bulk_create(cases, batch_size=2000)
    _events(cases)
    _clocks(cases, policy)
    complain(size, brand_id=brand.pk, region_id=region.pk, now=now)


def _events(cases: list[Case]) -> None:
    rows = []
    for case in cases:
        rows.append(Event(case=case, kind=EventKind.OPENED, at=case.opened_at, became=case.state))
        for hour in range(3):
            at = case.opened_at + timedelta(hours=hour)
            rows.append(Event(case=case, kind=EventKind.GREW, at=at, facts={"complaints": 9}))
        if case.fixed_at is not None:
            rows.append(Event(case=case, kind=EventKind.FIXED, at=case.fixed_at, became="fixed"))
    Event.objects.bulk_create(rows, batch_size=5000)


def _clocks(cases: list[Case], policy: Policy) -> None:
    rows = []
    for case in cases:
        for target, hours in (("reaction", 1), ("fix", 48)):
            rows.append(
                Clock(
                    case=case,
                    target=target,
                    policy=policy,
                    minutes=60 * hours,
                    started_at=case.opened_at,
                    due_at=case.opened_at + timedelta(hours=hours),
                    satisfied_at=case.fixed_at,
                )
            )
    Clock.objects.bulk_create(rows, batch_size=5000)


def complain(size: Size, *, brand_id: int, region_id: int, now: datetime, after: int = 0) -> None:
    """
    Add the complaints of the spots that are there, solved with them, and their customers.

    after  the spots up to this number have theirs already
    """
    customers = size.complaints * 7 // 10
    before, complaints = _last(Customer), _last(Complaint)
    secret = Complaint._meta.get_field("text").get_prep_value
    nothing = secret("")
    with connection.cursor() as cursor:
        # What is referred to was just made: looking each up again takes most of the time.
        cursor.execute("SET LOCAL session_replication_role = replica")
        named = {
            "brand": brand_id,
            "many": customers,
            "before": before,
            "now": now,
            "phone": secret("+79161234567"),
            "nothing": nothing,
        }
        cursor.execute(CUSTOMERS, named)
        values = {
            "brand": brand_id,
            "region": region_id,
            "customer": Customer.objects.filter(pk__gt=before).earliest("pk").pk,
            "customers": customers,
            "after": after,
            "text": secret("Второй день нет связи, помогите."),
            "nothing": nothing,
            "now": now,
            "each": size.complaints // size.spots,
        }
        cursor.execute(COMPLAINTS, values)
        cursor.execute(MEMBERSHIPS, {"before": complaints})
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        cursor.execute("ANALYZE")


def _last(model: type[Model]) -> int:
    return model._default_manager.aggregate(last=Max("pk"))["last"] or 0
