"""How a queue looks, as its address says it: which saved view is open, and in which order."""

from collections.abc import Sequence
from urllib.parse import parse_qsl, urlencode

from django.contrib.admin.views.main import ORDER_VAR

from complaints.row_number import row_number
from spots.cases.queue.asking import cleaned

VIEW = "view"  # in the address: the number of the saved view that is open


def asked_look(query: str) -> tuple[int | None, str]:
    """
    Return which saved view an address opens, and in which order, as the list counts its columns.

    No number: none is opened; "": in the order of the queue.
    """
    said = dict(parse_qsl(query))
    return row_number(said.get(VIEW, "")), said.get(ORDER_VAR, "")


def address(query: str, view: int | None, places: str) -> str:
    """Return the query string of a queue that opens a saved view, or none, in an order."""
    look = [(VIEW, view), (ORDER_VAR, places)]
    return "&".join(filter(None, [cleaned(query), urlencode([one for one in look if one[1]])]))


def order_named(places: str, shown: Sequence[str]) -> list[str]:
    """Return the order of a list that shows these columns, by their names; “-2.1” is its own."""
    named: dict[str, str] = {}
    for place in places.split("."):
        number = row_number(place.removeprefix("-"))
        if number is not None and number < len(shown):
            falls = "-" if place.startswith("-") else ""
            named.setdefault(shown[number], falls + shown[number])
    return list(named.values())


def order_placed(order: Sequence[str], shown: Sequence[str]) -> str:
    """Return the order as the list counts the columns that it shows; others are passed over."""
    places = {name: str(place) for place, name in enumerate(shown)}
    return ".".join(
        ("-" if one.startswith("-") else "") + places[one.removeprefix("-")]
        for one in order
        if one.removeprefix("-") in places
    )
