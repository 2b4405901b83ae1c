"""What the registry of addresses answers to names with typing errors: three bounded queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.gis.geos import Point
from django.db import connection
from django.db.models import F
from django.db.models.functions import Abs, Mod

from complaints.geocoding import house
from complaints.geocoding.models import Address, Locality

ALIKE_STREETS = 8  # of each wanted street
MOST_HOUSES = 60  # that are proposed of one street


@dataclass(frozen=True)
class KnownStreet:
    """A street of the registry that is like a wanted one."""

    pk: int
    name: str
    key: str
    kind: str
    locality_id: int
    locality: str
    lon: float  # degrees east, WGS 84
    lat: float  # degrees north


@dataclass(frozen=True)
class KnownHouse:
    """A house of the registry."""

    name: str
    key: str
    point: Point


def localities(keys: Iterable[str]) -> dict[str, Locality]:
    """Return the localities that have these keys."""
    return {row.key: row for row in Locality.objects.filter(key__in=set(keys))}


def localities_alike(keys: Sequence[str]) -> list[tuple[str, Locality]]:
    """Return (wanted key, locality) for every locality whose name is like a wanted one."""
    found = Locality.objects.raw(
        """
        SELECT locality.*, wanted.key AS wanted
        FROM unnest(%s::text[]) AS wanted(key)
        CROSS JOIN LATERAL (
            SELECT * FROM complaints_locality alike WHERE alike.key %% wanted.key
            ORDER BY similarity(alike.key, wanted.key) DESC, alike.id LIMIT 3
        ) locality
        """,
        [list(keys)],
    )
    return [(row.wanted, row) for row in found]


_STREETS = """
    SELECT wanted.no, street.id, street.name, street.key, street.kind, locality.id, locality.name,
           ST_X(street.point), ST_Y(street.point)
    FROM unnest(%s::int[], %s::text[], %s::bigint[]) AS wanted(no, key, locality_id)
    CROSS JOIN LATERAL (
        SELECT * FROM complaints_street alike
        WHERE (alike.key %% wanted.key{prefix})
          AND (wanted.locality_id IS NULL OR alike.locality_id = wanted.locality_id)
        ORDER BY similarity(alike.key, wanted.key) DESC, alike.kind <> 'ulitsa', alike.id
        LIMIT {limit}
    ) street
    JOIN complaints_locality locality ON locality.id = street.locality_id
"""
_EXACT = _STREETS.format(prefix="", limit=ALIKE_STREETS)
# the last word of what is being typed may be unfinished; keys hold only letters and digits
_TYPED = _STREETS.format(
    prefix=" OR alike.key LIKE '%%' || wanted.key || '%%'", limit=3 * ALIKE_STREETS
)


def streets(
    wanted: Sequence[tuple[str, int | None]], *, typed: bool = False
) -> list[tuple[int, KnownStreet]]:
    """
    Return (place in `wanted`, street) for each street like a wanted one.

    wanted  (street key, locality's primary key or None for any)
    typed   the street's name may be unfinished
    """
    if not wanted:
        return []
    keys, places = zip(*wanted, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            _TYPED if typed else _EXACT, [list(range(len(wanted))), list(keys), list(places)]
        )
        return [(row[0], KnownStreet(*row[1:])) for row in cursor.fetchall()]


def houses(
    wanted: Iterable[tuple[int, str]], *, typed: bool = False
) -> dict[int, list[KnownHouse]]:
    """
    Return the houses by street's primary key that begin with the wanted house's number.

    wanted  (street's primary key, house key)
    typed   the number may be unfinished
    """
    numbers: dict[int, set[int]] = {}
    for street, key in wanted:
        numbers.setdefault(house.number(key), set()).add(street)
    found: dict[int, list[KnownHouse]] = {}
    for number, ids in numbers.items():
        rows = Address.objects.filter(street__in=ids)
        rows = rows.filter(house_key__startswith=number) if typed else rows.filter(number=number)
        columns = rows.values_list("street", "house", "house_key", "point")
        for street, *facts in columns.order_by("number", "house_key")[: MOST_HOUSES * len(ids)]:
            found.setdefault(street, []).append(KnownHouse(*facts))
    return found


def nearest_house(street: int, key: str) -> KnownHouse | None:
    """Return the street's house with the nearest number, on the same side of it if possible."""
    wanted = house.number(key)
    far = Abs(F("number") - wanted) + Mod(F("number") + wanted, 2) * 3
    rows = Address.objects.filter(street=street, number__gt=0)
    row = rows.order_by(far, "house_key").first()
    return row and KnownHouse(name=row.house, key=row.house_key, point=row.point)
