"""A registry of a million houses: towns of fifty streets, most of which every town has."""

from django.contrib.gis.geos import Point
from django.db import connection

from complaints.geocoding.address import street_key, town_key
from complaints.geocoding.models import Locality, Street
from heatmaps_project.bench.lookup.filling import ADDRESSES
from heatmaps_project.demo.streets import NAMES

HOUSES = 50  # of a street
STREETS = 50  # of a town
KINDS = ("улица", "улица", "улица", "переулок", "проезд", "проспект", "шоссе")
_BEGINNINGS = ("Ново", "Старо", "Верхне", "Нижне", "Мало", "Больше", "Красно", "Бело", "Черно")
_MIDDLES = ("полье", "озёр", "горь", "берез", "камен", "дубров", "речен", "покров", "троиц")
_ENDS = ("ск", "во", "ино", "ово", "ная", "ка", "град", "бург", "цы", "тино")


def town_of(number: int) -> str:
    """Return a town's name; none is another's."""
    beginnings, middles, ends = len(_BEGINNINGS), len(_MIDDLES), len(_ENDS)
    name = _BEGINNINGS[number % beginnings] + _MIDDLES[number // beginnings % middles]
    again = number // (beginnings * middles * ends)
    name += _ENDS[number // (beginnings * middles) % ends]
    return f"{name}-{again + 1}" if again else name


def street_of(town: int, number: int) -> str:
    """Return the name of a town's street."""
    place = town * 7 + number
    kind = KINDS[place // len(NAMES) % len(KINDS)] if number >= len(NAMES) else KINDS[number % 3]
    return f"{NAMES[place % len(NAMES)]} {kind}"


def fill(addresses: int) -> None:
    """Make so many houses, in towns all over the map."""
    count = max(1, addresses // (HOUSES * STREETS))
    towns = [
        Locality(
            name=town_of(n),
            key=town_key(town_of(n)),
            point=Point(30 + n % 40 * 0.7, 50 + n // 40 * 0.7, srid=4326),
        )
        for n in range(count)
    ]
    Locality.objects.bulk_create(towns, batch_size=1000)
    seen: set[tuple[str, int, str]] = set()
    streets = []
    for number, town in enumerate(towns):
        for n in range(STREETS):
            name = street_of(number, n)
            key, kind = street_key(name)
            if (key, town.pk, kind) in seen:
                continue
            seen.add((key, town.pk, kind))
            point = Point(town.point.x + n % 10 * 0.01, town.point.y + n // 10 * 0.01, srid=4326)
            streets.append(Street(locality=town, name=name, key=key, kind=kind, point=point))
    Street.objects.bulk_create(streets, batch_size=5000)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(ADDRESSES, [HOUSES])
        cursor.execute("VACUUM ANALYZE complaints_locality, complaints_street, complaints_address")
