"""How many of a brand's subscribers live in which houses of the registry, looked up in bulk."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from complaints.geocoding import address, geocoder, house
from complaints.geocoding.models import Address, HouseSubscribers
from complaints.intake.models import Precision

NEAR_M = 40.0  # metres: a point is of the nearest house within


@dataclass(frozen=True)
class Living:
    """Who of a brand lives in a house."""

    people: int
    crm_ids: tuple[str, ...] = ()  # the CRM's ids of those customers it named, in order


def living_in(
    brand_id: int, address_ids: Iterable[int], *, for_update: bool = False
) -> dict[int, Living]:
    """Return what is known of these houses, by their primary keys; those unknown are left out."""
    rows = HouseSubscribers.objects.filter(brand=brand_id, address__in=list(address_ids))
    if for_update:
        rows = rows.select_for_update().order_by("pk")
    return {row.address_id: Living(row.people, tuple(row.crm_ids)) for row in rows}


def houses_of(brand_id: int) -> Iterator[int]:
    """Yield the houses, by primary key, that the brand has told something of."""
    rows = HouseSubscribers.objects.filter(brand=brand_id).order_by("address_id")
    return rows.values_list("address_id", flat=True).iterator()


_NEAREST = """
    SELECT asked.place, house.id
    FROM unnest(%s::int[], %s::float8[], %s::float8[]) AS asked (place, lon, lat)
    CROSS JOIN LATERAL (SELECT ST_SetSRID(ST_MakePoint(lon, lat), 4326) AS point) there
    CROSS JOIN LATERAL (
        SELECT id, point FROM complaints_address
        WHERE point && ST_Expand(there.point, 0.0015, 0.0005)
        ORDER BY ST_DistanceSphere(point, there.point), id LIMIT 1
    ) house
    WHERE ST_DistanceSphere(house.point, there.point) <= %s
"""


def houses_at(points: Sequence[tuple[float, float]]) -> dict[int, int]:
    """
    Return {place in `points`: house's primary key} for points within NEAR_M of a house.

    points  (longitude, latitude) in degrees, WGS 84
    """
    places = list(range(len(points)))
    lon, lat = [at[0] for at in points], [at[1] for at in points]
    with connection.cursor() as cursor:
        cursor.execute(_NEAREST, [places, lon, lat, NEAR_M])
        return dict(cursor.fetchall())


def houses_named(names: Sequence[tuple[str, str, str]]) -> dict[int, int]:
    """
    Return {place in `names`: house's primary key} for (city, street, house) of the registry.

    A street without its kind («Полевая») is any one of that name, if there is only one.
    """
    wanted: dict[tuple[str, str, str], list[tuple[int, str]]] = {}
    for place, (city, street, number) in enumerate(names):
        key, kind = address.street_key(street)
        whole = (address.town_key(city), key, house.house_key(number))
        wanted.setdefault(whole, []).append((place, kind))
    rows = Address.objects.filter(
        street__locality__key__in={key[0] for key in wanted},
        street__key__in={key[1] for key in wanted},
        house_key__in={key[2] for key in wanted},
    ).values_list("street__locality__key", "street__key", "house_key", "street__kind", "pk")
    found: dict[int, set[int]] = {}
    for city, street, number, kind, pk in rows:
        for place, asked in wanted.get((city, street, number), ()):
            if asked in ("", kind):
                found.setdefault(place, set()).add(pk)
    return {place: houses.pop() for place, houses in found.items() if len(houses) == 1}


def house_of(text: str) -> int | None:
    """Return the house that an address in words stands for; None: none, or no one house."""
    match = geocoder.geocode(text)
    if match is None or match.precision != Precision.HOUSE:
        return None
    found = Address.objects.filter(Q(point=match.point)).order_by("pk").values_list("pk", flat=True)
    return found.first()
