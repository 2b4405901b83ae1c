"""Subscribers per building: a house by point or address, how many, and maybe which customers."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from complaints.geocoding import subscribers as registry
from complaints.geocoding.subscribers import Living
from spots.network.imports.kinds import values
from spots.network.imports.kinds.adapter import Adapter, Body, Context, Refused, Thing, refused
from spots.network.imports.kinds.values import RowError, Values
from spots.network.imports.reading import Row

PEOPLE = ("subscribers", "count", "people", "абонентов")
CITY, STREET, HOUSE = ("city", "город"), ("street", "улица"), ("house", "housenumber", "дом")
ADDRESS = ("address", "адрес")
CUSTOMERS = ("customers", "customer_ids", "клиенты")
MOST_PEOPLE = 100_000  # in one house
MOST_CUSTOMERS = 5_000  # of one house
MOST_IN_WORDS = 20_000  # addresses in words of one file: each is searched for by itself


class Subscribers(Adapter):
    most = 300_000

    def __init__(self, context: Context) -> None:
        self._context = context
        self._in_words = 0

    def take(self, row: Row) -> Thing | None:
        people = values.number(row.values, *PEOPLE, least=0, most=MOST_PEOPLE) or 0.0
        if people % 1:
            raise RowError(_("“%(name)s” is no whole number.") % {"name": PEOPLE[0]})
        body = {
            "people": int(people),
            "customers": _customers(row.values),
            "where": self._where(row),
        }
        return Thing(row.line, "", body, dict(row.values))

    def _where(self, row: Row) -> Any:
        """Return a point (lon, lat), a house's (city, street, house), or an address in words."""
        told = row.values
        if row.shape is not None or values.told(told, values.LON) is not None:
            return values.point(told, row.shape).coords
        if values.told(told, STREET) is not None:
            parts = ((CITY, 200), (STREET, 200), (HOUSE, 40))
            return tuple(values.text(told, *names, longest=longest) for names, longest in parts)
        address = values.text(told, *ADDRESS, longest=500)
        self._in_words += 1
        if self._in_words > MOST_IN_WORDS:
            detail = {"n": MOST_IN_WORDS}
            raise RowError(_("Only %(n)d addresses in words are looked up.") % detail)
        return address

    def resolved(self, things: Sequence[Thing]) -> Iterable[Thing | Refused]:
        for thing, house in zip(things, _houses(things), strict=True):
            if house is None:
                yield refused(thing, _("No house of the registry is there."))
            else:
                body = {name: thing.body[name] for name in ("people", "customers")}
                yield Thing(thing.line, str(house), body, thing.told)

    def known(self, keys: Iterable[str], *, for_update: bool = False) -> dict[str, Body]:
        houses = registry.living_in(
            self._context.brand_id, [int(key) for key in keys], for_update=for_update
        )
        return {str(house): body_of(living) for house, living in houses.items()}

    def replaced(self) -> Iterator[str]:
        return map(str, registry.houses_of(self._context.brand_id))


def body_of(living: Living) -> Body:
    return {"people": living.people, "customers": list(living.crm_ids)}


def living_of(body: Body) -> Living:
    return Living(body["people"], tuple(body["customers"]))


def _customers(told: Values) -> list[str]:
    said = values.told(told, CUSTOMERS)
    words = said if isinstance(said, list) else re.split(r"[\s,;|]+", str(said or ""))
    found = sorted({str(word).strip() for word in words} - {""})
    if len(found) > MOST_CUSTOMERS or any(len(one) > 100 or "\0" in one for one in found):
        raise RowError(_("“%(name)s” is no list of customers' ids.") % {"name": "customers"})
    return found


def _houses(things: Sequence[Thing]) -> list[int | None]:
    """Return the house of each thing; one query for all points, and one for all names."""
    found: list[int | None] = [None] * len(things)
    points: dict[int, tuple[float, float]] = {}
    names: dict[int, tuple[str, str, str]] = {}
    for place, thing in enumerate(things):
        match thing.body["where"]:
            case str(words):
                found[place] = registry.house_of(words)
            case (lon, lat):
                points[place] = (lon, lat)
            case (city, street, house):
                names[place] = (city, street, house)
    for asked, answers in (
        (list(points), registry.houses_at(list(points.values())) if points else {}),
        (list(names), registry.houses_named(list(names.values())) if names else {}),
    ):
        for number, house in answers.items():
            found[asked[number]] = house
    return found
