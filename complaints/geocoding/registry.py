"""What the registry of addresses answers to names with typing errors: three bounded queries."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.contrib.gis.geos import Point
from django.db import connection

from complaints.geocoding import house
from complaints.geocoding.models import Locality

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


# Asked for every address: to write them as Django's queries takes longer than to answer them.
_HOUSE: Final = "house, house_key, ST_X(point), ST_Y(point) FROM complaints_address"
_HOUSES: Final = f"""
    SELECT street_id, {_HOUSE} WHERE street_id = ANY(%s) AND number = %s
    ORDER BY number, house_key LIMIT %s
"""
_HOUSES_TYPED: Final = _HOUSES.replace("number = %s", "house_key LIKE %s")
_NEAREST: Final = f"""
    SELECT {_HOUSE} WHERE street_id = %s AND number > 0
    ORDER BY abs(number - %s) + mod(number + %s, 2) * 3, house_key LIMIT 1
"""


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
    with connection.cursor() as cursor:
        for number, ids in numbers.items():
            term = f"{number}%" if typed else number
            cursor.execute(_HOUSES_TYPED if typed else _HOUSES, [list(ids), term, MOST_HOUSES])
            for street, *told in cursor.fetchall():
                found.setdefault(street, []).append(_house(*told))
    return found


def _house(name: str, key: str, lon: float, lat: float) -> KnownHouse:
    return KnownHouse(name, key, Point(lon, lat, srid=4326))


def nearest_house(street: int, key: str) -> KnownHouse | None:
    """Return the street's house with the nearest number, on the same side of it if possible."""
    wanted = house.number(key)
    with connection.cursor() as cursor:
        cursor.execute(_NEAREST, [street, wanted, wanted])
        row = cursor.fetchone()
    return None if row is None else _house(*row)
