"""What the registry of addresses answers to names with typing errors: three bounded queries."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.contrib.gis.geos import Point
from django.db import connection
from django.db.models import F
from django.db.models.functions import Abs, Mod

from complaints.geocoding import house
from complaints.geocoding.models import Address, Locality

ALIKE_STREETS = 8  # that are looked at for each wanted one
MOST_WANTED = 16  # names that are looked for at once
SHORTEST_TYPED = 3  # letters from which an unfinished name is looked for
MOST_HOUSES = 500  # with one number, on all the streets that are looked at

WantedStreet = tuple[str, int | None]  # key of its name; its locality's primary key, None for any


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


_LOCALITY = """
    (SELECT alike.*, %s AS wanted FROM complaints_locality alike WHERE alike.key %% %s
     ORDER BY similarity(alike.key, %s) DESC, alike.id LIMIT 3)
"""


def localities_alike(keys: Sequence[str]) -> list[tuple[str, Locality]]:
    """Return (wanted key, locality) for the localities whose names are like the wanted ones."""
    wanted = keys[:MOST_WANTED]
    if not wanted:
        return []
    found = Locality.objects.raw(
        " UNION ALL ".join([_LOCALITY] * len(wanted)),
        [key for key in wanted for _ in range(3)],
    )
    return [(vars(row)["wanted"], row) for row in found]


# One query each, its texts known to the planner: a join with them would scan the whole table.
_STREET = """
    SELECT %s, street.id, street.name, street.key, street.kind, locality.id, locality.name,
           ST_X(street.point), ST_Y(street.point)
    FROM (
        SELECT * FROM complaints_street alike
        WHERE {condition} AND {place}
        ORDER BY similarity(alike.key, %s) DESC, alike.kind <> 'ulitsa', alike.id
        LIMIT {limit}
    ) street
    JOIN complaints_locality locality ON locality.id = street.locality_id
"""


def streets_named(wanted: Sequence[WantedStreet]) -> list[tuple[WantedStreet, KnownStreet]]:
    """Return (wanted, street) for the streets that have just this name."""
    return _streets(wanted, "alike.key = %s", lambda key: [key])


def streets_alike(wanted: Sequence[WantedStreet]) -> list[tuple[WantedStreet, KnownStreet]]:
    """Return (wanted, street) for the streets whose names are like the wanted ones."""
    return _streets(wanted, "alike.key %% %s", lambda key: [key])


def streets_typed(wanted: Sequence[WantedStreet]) -> list[tuple[WantedStreet, KnownStreet]]:
    """Return (wanted, street) for streets like the wanted ones, or with a word that begins so."""
    long = [street for street in wanted if len(street[0]) >= SHORTEST_TYPED]
    return _streets(
        long,
        "(alike.key %% %s OR alike.key LIKE %s OR alike.key LIKE %s)",
        lambda key: [key, f"{key}%", f"% {key}%"],  # a key holds letters and digits only
    )


def _streets(
    wanted: Sequence[WantedStreet], condition: str, terms: Callable[[str], list[str]]
) -> list[tuple[WantedStreet, KnownStreet]]:
    queries: list[str] = []
    parameters: list[str | int] = []
    for number, (key, locality) in enumerate(wanted[:MOST_WANTED]):
        place = "TRUE" if locality is None else "alike.locality_id = %s"
        queries.append(_STREET.format(condition=condition, place=place, limit=ALIKE_STREETS))
        parameters += [number, *terms(key), *([] if locality is None else [locality]), key]
    if not queries:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"({query})" for query in queries), parameters)
        return [(wanted[row[0]], KnownStreet(*row[1:])) for row in cursor.fetchall()]


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
        rows = (
            rows.filter(house_key__startswith=str(number)) if typed else rows.filter(number=number)
        )
        columns = rows.values_list("street", "house", "house_key", "point")
        for street, name, key, point in columns.order_by("number", "house_key")[:MOST_HOUSES]:
            found.setdefault(street, []).append(KnownHouse(name, key, point))
    return found


def nearest_house(street: int, key: str) -> KnownHouse | None:
    """Return the street's house with the nearest number, on the same side of it if possible."""
    wanted = house.number(key)
    far = Abs(F("number") - wanted) + Mod(F("number") + wanted, 2) * 3
    rows = Address.objects.filter(street=street, number__gt=0)
    row = rows.order_by(far, "house_key").first()
    return None if row is None else KnownHouse(name=row.house, key=row.house_key, point=row.point)
