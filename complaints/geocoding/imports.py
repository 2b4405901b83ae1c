"""The registry of addresses, filled from files: many rows at once, the same file twice or not."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection, transaction

from complaints.geocoding import address, house

# Names that a column may have in the first line of a file.
COLUMNS = {
    "city": ("city",),
    "street": ("street",),
    "house": ("housenumber", "house"),
    "postcode": ("postcode",),
    "lon": ("lon", "longitude"),
    "lat": ("lat", "latitude"),
    "subscribers": ("subscribers",),
}
NEEDED = ("city", "street", "house", "lon", "lat")
_LONGEST = {"city": 200, "street": 200, "house": 40, "postcode": 10}


class RefusedRowError(Exception):
    """A row that cannot be taken; says why."""


@dataclass(frozen=True)
class AddressRow:
    """A house as a file tells it."""

    city: str
    street: str
    house: str
    lon: float  # degrees east, WGS 84
    lat: float  # degrees north
    postcode: str = ""
    subscribers: int | None = None  # people; None: not told, what is known stays


@dataclass(frozen=True)
class Report:
    """What an import did, rows."""

    taken: int
    added: int
    changed: int  # moved, or told otherwise

    @property
    def unchanged(self) -> int:
        """Rows that were known already, or stood in the file more than once."""
        return self.taken - self.added - self.changed


def columns_of(header: Iterable[str]) -> dict[str, str]:
    """
    Return the file's own name for each of our columns.

    :raises RefusedRowError: if a needed column is missing
    """
    there = {name.strip().lower(): name for name in header}
    found = {
        ours: there[name] for ours, names in COLUMNS.items() for name in names if name in there
    }
    missing = [name for name in NEEDED if name not in found]
    if missing:
        raise RefusedRowError(f"no column {', '.join(missing)}")
    return found


def checked(row: Mapping[str, str | None]) -> AddressRow:
    """
    Return a row of texts, by our columns' names, as an address.

    :raises RefusedRowError: if it is not one
    """
    texts = {name: " ".join((value or "").split()) for name, value in row.items()}
    for name, longest in _LONGEST.items():
        if "\0" in texts.get(name, "") or len(texts.get(name, "")) > longest:
            raise RefusedRowError(f"{name} has more than {longest} characters or a NUL")
    lon, lat = _degrees(texts["lon"], limit=180), _degrees(texts["lat"], limit=90)
    if lon == lat == 0:
        raise RefusedRowError("lon and lat are 0")
    _check_keys(texts)
    return AddressRow(
        city=texts["city"],
        street=texts["street"],
        house=texts["house"],
        postcode=texts.get("postcode", ""),
        lon=lon,
        lat=lat,
        subscribers=_people(texts.get("subscribers", "")),
    )


def _check_keys(texts: Mapping[str, str]) -> None:
    keys = (_town_key(texts["city"]), _street_key(texts["street"])[0])
    for name, key in zip(("city", "street"), keys, strict=True):
        if not 0 < len(key) <= 200:
            raise RefusedRowError(f"no {name}" if not key else f"{name} is too long")
    if not house.house_key(texts["house"]):
        raise RefusedRowError("no house number")


def _degrees(text: str, *, limit: float) -> float:
    try:
        degrees = float(text.replace(",", "."))
    except ValueError:
        degrees = math.nan
    if not abs(degrees) <= limit:
        raise RefusedRowError(f"{text[:40]!r} is not a number of degrees up to {limit:g}")
    return degrees


def _people(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 7):
        raise RefusedRowError(f"{text[:40]!r} is not a number of subscribers")
    return int(text)


# A file has many houses of few streets.
_town_key = lru_cache(maxsize=4096)(address.town_key)
_street_key = lru_cache(maxsize=65536)(address.street_key)


@transaction.atomic
def load(rows: Iterable[AddressRow]) -> Report:
    """
    Bring houses into the registry: new ones are added, known ones take the row's facts.

    Of rows that mean one house the last one counts. Nothing is ever removed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")  # a country's houses take minutes
        cursor.execute(_INCOMING)
        taken = _copy(cursor, rows)
        cursor.execute(_LOCALITIES)
        cursor.execute(_STREETS)
        cursor.execute(_ADDRESSES)
        added, changed = cursor.fetchone()
        cursor.execute(_STREET_CENTRES)
        cursor.execute(_LOCALITY_CENTRES)
        cursor.execute("DROP TABLE incoming, touched")
    return Report(taken=taken, added=added, changed=changed)


def _copy(cursor: Any, rows: Iterable[AddressRow]) -> int:
    """Write the rows into the table `incoming` by COPY, and return how many."""
    taken = 0
    with cursor.copy("COPY incoming FROM STDIN") as copy:
        for values in _keyed(rows):
            taken += 1
            copy.write_row((taken, *values))
    cursor.execute("ANALYZE incoming")
    return taken


def _keyed(rows: Iterable[AddressRow]) -> Iterator[tuple[object, ...]]:
    for row in rows:
        key, kind = _street_key(row.street)
        number = house.house_key(row.house)
        yield (
            *(row.city, _town_key(row.city), row.street, key, kind),
            *(row.house, number, house.number(number), row.postcode),
            *(row.lon, row.lat, row.subscribers),
        )


_INCOMING = """
    CREATE TEMPORARY TABLE incoming (
        line bigint, city text, city_key text, street text, street_key text, kind text,
        house text, house_key text, number int, postcode text,
        lon float8, lat float8, subscribers int
    ) ON COMMIT DROP;
    CREATE TEMPORARY TABLE touched (street_id bigint) ON COMMIT DROP
"""
_LOCALITIES = """
    INSERT INTO complaints_locality (name, key, point)
    SELECT DISTINCT ON (city_key) city, city_key, ST_SetSRID(ST_MakePoint(lon, lat), 4326)
    FROM incoming ORDER BY city_key, line
    ON CONFLICT (key) DO NOTHING
"""
_STREETS = """
    INSERT INTO complaints_street (locality_id, name, key, kind, point)
    SELECT DISTINCT ON (locality.id, street_key, kind)
           locality.id, street, street_key, kind, ST_SetSRID(ST_MakePoint(lon, lat), 4326)
    FROM incoming JOIN complaints_locality locality ON locality.key = city_key
    ORDER BY locality.id, street_key, kind, line
    ON CONFLICT (locality_id, key, kind) DO NOTHING
"""
_ADDRESSES = """
    WITH merged AS (
        INSERT INTO complaints_address AS address
               (street_id, house, house_key, number, postcode, point, subscribers)
        SELECT DISTINCT ON (street.id, incoming.house_key)
               street.id, incoming.house, incoming.house_key, incoming.number,
               COALESCE(NULLIF(incoming.postcode, ''), known.postcode, ''),
               ST_SetSRID(ST_MakePoint(lon, lat), 4326),
               COALESCE(incoming.subscribers, known.subscribers, 0)
        FROM incoming
        JOIN complaints_locality locality ON locality.key = city_key
        JOIN complaints_street street ON street.locality_id = locality.id
             AND street.key = street_key AND street.kind = incoming.kind
        LEFT JOIN complaints_address known ON known.street_id = street.id
             AND known.house_key = incoming.house_key
        ORDER BY street.id, incoming.house_key, line DESC
        ON CONFLICT (street_id, house_key) DO UPDATE
        SET house = excluded.house, postcode = excluded.postcode, point = excluded.point,
            subscribers = excluded.subscribers
        WHERE (address.house, address.postcode, address.point, address.subscribers)
              IS DISTINCT FROM
              (excluded.house, excluded.postcode, excluded.point, excluded.subscribers)
        RETURNING street_id, xmax = 0 AS added
    ), noted AS (
        INSERT INTO touched SELECT DISTINCT street_id FROM merged
    )
    SELECT count(*) FILTER (WHERE added), count(*) FILTER (WHERE NOT added) FROM merged
"""
# The middle of a street is the house nearest to its houses' centroid: never off the street.
_STREET_CENTRES = """
    UPDATE complaints_street SET point = middle.point
    FROM (
        SELECT street_id, ST_ClosestPoint(ST_Collect(point), ST_Centroid(ST_Collect(point))) point
        FROM complaints_address WHERE street_id IN (SELECT street_id FROM touched)
        GROUP BY street_id
    ) middle
    WHERE id = middle.street_id
"""
_LOCALITY_CENTRES = """
    UPDATE complaints_locality SET point = middle.point
    FROM (
        SELECT locality_id, ST_ClosestPoint(ST_Collect(point), ST_Centroid(ST_Collect(point))) point
        FROM complaints_street
        WHERE locality_id IN (
            SELECT locality_id FROM complaints_street JOIN touched ON touched.street_id = id
        )
        GROUP BY locality_id
    ) middle
    WHERE id = middle.locality_id
"""
