"""What lookups ask besides complaints and spots: houses, coverage, works, phones to be found."""

from datetime import datetime, timedelta

from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.db import connection

from complaints.customers.personal import blind_index
from complaints.geocoding.address import street_key, town_key
from complaints.geocoding.models import Locality, Street
from complaints.models import Brand, Customer
from heatmaps_project.bench.pages.filling import LAT, LON
from spots.models import Coverage, NetworkEvent

EAST, NORTH = 3.0, 1.0  # degrees that the spots of bench.pages spread over
TOWNS, HOUSES = 200, 50  # HOUSES on each street
NAMES = ("Ленина", "Полевая", "Луговая", "Садовая", "Лесная", "Мира", "Новая", "Речная")
CALLERS = 500  # customers whose phones are asked for

ADDRESSES = """
    INSERT INTO complaints_address (
        street_id, house, house_key, number, postcode, point, subscribers
    )
    SELECT id, n::text, n::text, n, '', ST_Translate(point, n * 2e-4, n * 1e-4), 0
    FROM complaints_street, generate_series(1, %s) AS n
"""


def phone_of(number: int) -> str:
    return f"+7916{number:07d}"


def town_of(number: int) -> str:
    return f"Бенчгород-{number}"


def street_of(number: int) -> str:
    return f"{number + 1}-я {NAMES[number % len(NAMES)]} улица"


def fill_around(addresses: int, *, now: datetime) -> None:
    """Add the registry, coverage, works and phones to what bench.pages filled."""
    _registry(addresses)
    brand = Brand.objects.earliest("pk")
    _network(brand, now=now)
    callers = list(Customer.objects.order_by("pk")[:CALLERS])
    for number, customer in enumerate(callers):
        customer.phone, customer.phone_index = phone_of(number), blind_index(phone_of(number))
    Customer.objects.bulk_update(callers, ["phone", "phone_index"], batch_size=500)


def _registry(addresses: int) -> None:
    towns = [
        Locality(
            name=town_of(n),
            key=town_key(town_of(n)),
            point=Point(LON + n % 20 * EAST / 20, LAT + n // 20 * NORTH / 10, srid=4326),
        )
        for n in range(TOWNS)
    ]
    Locality.objects.bulk_create(towns)
    streets = []
    for n in range(addresses // HOUSES):
        town = towns[n % TOWNS]
        key, kind = street_key(street_of(n // TOWNS))
        at = Point(town.point.x + n // TOWNS % 10 * 0.01, town.point.y + n // TOWNS // 10 * 0.01)
        at.srid = 4326
        streets.append(
            Street(locality=town, name=street_of(n // TOWNS), key=key, kind=kind, point=at)
        )
    Street.objects.bulk_create(streets, batch_size=5000)
    with connection.cursor() as cursor:
        cursor.execute(ADDRESSES, [HOUSES])


def _network(brand: Brand, *, now: datetime) -> None:
    """Coverage of three technologies in ragged squares, and works here and there."""
    areas = []
    for n in range(600):
        lon, lat = LON + n % 30 * EAST / 30, LAT + n // 30 % 20 * NORTH / 20
        areas.append(Point(lon, lat).buffer(0.08, quadsegs=16))
    Coverage.objects.bulk_create(
        Coverage(
            brand=brand,
            technology=technology,
            level=level,
            area=MultiPolygon(area, srid=4326),
            valid_from=now.date() - timedelta(days=30),
            source=f"bench {n}",
        )
        for technology, level in (("2G", "outdoor"), ("4G", "outdoor"), ("4G", "indoor"))
        for n, area in enumerate(areas)
    )
    NetworkEvent.objects.bulk_create(
        NetworkEvent(
            brand=brand,
            kind="works",
            title="bench",
            area=MultiPolygon(Polygon.from_bbox(area.extent), srid=4326),
            starts_at=now - timedelta(hours=1),
            ends_at=now + timedelta(hours=6),
        )
        for area in areas[::10]
    )
