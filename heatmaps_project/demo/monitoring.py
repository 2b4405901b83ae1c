"""What the demo operator's monitoring knew of: outages, works and a site being built."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point

from complaints.customers.models import Brand
from complaints.customers.walls import NO_WALLS
from heatmaps_project.demo.callers import Neighbourhood
from heatmaps_project.demo.history import FAULTS, Fault, place_of
from spots.network.models import Site
from spots.network.sent import SentEvent
from spots.network.transitions import receive

NO_SIGNAL = 0  # topic of the faults that alarms are raised for
# of those faults in turn: what the alarm says, and the cause where it knows one
ALARMS = (
    ("Нет электропитания на площадке", "power"),
    ("Потеря связи с контроллером", "transport"),
    ("Отказ радиомодуля", "cell_down"),
    ("Базовая станция недоступна", ""),
)
# title, kind, town, hours from now when it starts, hours that it lasts (None: not known)
PLANS = (
    ("Замена антенн", "works", "Yuzha", -3.0, 8.0),
    ("Плановая замена оборудования", "works", "Kineshma", 20.0, 6.0),
    ("Новая базовая станция", "build", "Palekh", -240.0, None),
)


def tell(
    brand: Brand,
    neighbourhood: Neighbourhood,
    *,
    now: datetime,
    faults: Sequence[Fault] = FAULTS,
) -> None:
    """Tell of the alarms behind the demo's faults, and of works, as monitoring does: once each."""
    alarmed = [fault for fault in faults if fault.topic == NO_SIGNAL]
    for number, fault in enumerate(alarmed):
        title, cause = ALARMS[number % len(ALARMS)]
        starts_at = now - timedelta(hours=fault.began_h_ago + 0.1)
        ends_at = starts_at + timedelta(hours=fault.lasts_h)
        place = Point(*place_of(neighbourhood, fault), srid=4326)
        _send(
            brand,
            f"INC-{number + 1}",
            kind="outage",
            title=title,
            starts_at=starts_at,
            ends_at=ends_at if ends_at < now else None,
            cause=cause,
            site=_nearest(brand, place),
        )
    for number, (title, kind, town, starts_h, lasts_h) in enumerate(PLANS):
        plan = next(p.town for p in neighbourhood.plans if p.town.name_en == town)
        starts_at = now + timedelta(hours=starts_h)
        _send(
            brand,
            f"CRQ-{number + 1}",
            kind=kind,
            title=title,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=lasts_h) if lasts_h else None,
            cause="",
            site=_nearest(brand, Point(plan.lon, plan.lat, srid=4326)),
        )


def _send(brand: Brand, number: str, *, site: str, **told: object) -> None:
    body = {"external_id": number, "brand": brand.code, "sites": [site], **told}
    receive(SentEvent.model_validate(body), walls=NO_WALLS)


def _nearest(brand: Brand, place: Point) -> str:
    sites = Site.objects.filter(brand=brand).annotate(away=Distance("point", place))
    return sites.order_by("away", "pk")[0].code
