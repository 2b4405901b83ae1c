"""Finding a place on the map: a case by its number, a customer's complaints, an address."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.gis.geos import Point
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from complaints.customers.models import Customer
from complaints.customers.personal import blind_indexes
from complaints.customers.phones import e164
from complaints.customers.walls import Walls
from complaints.geocoding import geocoder
from complaints.intake.models import Complaint, Placing, Precision
from spots.cases.models import Case, Kind
from spots.cases.places import shown_centre

MOST_FOUND = 8
# zoom that shows a place found so well
ZOOMS = {Precision.HOUSE: 17, Precision.STREET: 15, Precision.LOCALITY: 12}
CASE_ZOOM = 14


@dataclass(frozen=True)
class Found:
    label: str
    lon: float
    lat: float
    zoom: int
    customer: int | None = None  # whose complaint is there


def found(typed: str, *, reader: AbstractUser, walls: Walls) -> list[Found]:
    """
    Return what a text may mean to a reader, at most MOST_FOUND: all of it within `walls`.

    A number is a case's; that of a customer, or a phone, is looked for only where the reader may
    see customers; anything else is an address.
    """
    cases = list(_cases(typed, reader, walls))
    customers = list(_complaints_of(typed, walls)) if _sees_customers(reader) else []
    places = [] if cases or customers else _places(typed)
    return [*cases, *customers, *places][:MOST_FOUND]


def _sees_customers(reader: AbstractUser) -> bool:
    return reader.has_perms(("complaints.view_customer", "complaints.view_complaint"))


def _cases(typed: str, reader: AbstractUser, walls: Walls) -> Iterator[Found]:
    number = typed.strip().lstrip("№#").strip()
    if not (number.isascii() and number.isdecimal() and len(number) < 16):
        return
    rows = Case.objects.within(walls).filter(pk=int(number))
    if not reader.has_perm("spots.view_singlecase"):
        rows = rows.exclude(kind=Kind.SINGLE)
    for case in rows:
        at = Point(*shown_centre(case))
        yield _found(f"{case}: {case.get_state_display()}", at, CASE_ZOOM)


def _complaints_of(typed: str, walls: Walls) -> Iterator[Found]:
    """Where a customer's newest complaints are; the label says which, and nothing of the person."""
    wanted = Q(crm_id=typed.strip())
    if phone := e164(typed, region=settings.PHONE_REGION):
        wanted |= Q(phone_index__in=blind_indexes(phone))
    customers = Customer.objects.within(walls).filter(wanted)
    placed = (
        Complaint.objects.within(walls)
        .in_effect()
        .filter(customer__in=customers, placing=Placing.PLACED)
    )
    for complaint in placed.select_related("topic").order_by("-occurred_at", "-pk")[:MOST_FOUND]:
        when = _day(complaint.occurred_at)
        label = _("Complaint of %(day)s: %(topic)s") % {"day": when, "topic": complaint.topic}
        zoom = ZOOMS[Precision(complaint.precision)]
        yield _found(label, complaint.point, zoom, customer=complaint.customer_id)


def _places(typed: str) -> list[Found]:
    best = geocoder.geocode(typed)
    matches = [best] if best else geocoder.suggest(typed, MOST_FOUND)
    return [_found(match.label, match.point, ZOOMS[match.precision]) for match in matches]


def _found(label: str, point: Point | None, zoom: int, *, customer: int | None = None) -> Found:
    assert point is not None  # what is placed has one
    return Found(label, point.x, point.y, zoom, customer)


def _day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "SHORT_DATE_FORMAT")
