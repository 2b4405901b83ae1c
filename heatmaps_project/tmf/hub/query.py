"""What a listener wants to be told of: the `query` of its registration (TMF630), pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

from heatmaps_project.tmf.wire import matches

_TYPE: Final = "eventType"


class UnknownFilterError(ValueError):
    """The query names an event or an attribute that there is none of; says which."""


@dataclass(frozen=True)
class Query:
    """Kinds of events, None for each; and attributes of the resource with what they equal."""

    types: frozenset[str] | None
    filters: Mapping[str, str]

    def fits(self, type_: str, body: Mapping[str, Any]) -> bool:
        return (self.types is None or type_ in self.types) and matches(body, self.filters)


def parsed(
    text: str, *, resource: str, types: Collection[str], attributes: Collection[str]
) -> Query:
    """
    Return what a query asks for: `eventType=A,B&severity=major`.

    An attribute may be named by itself or by its path in the event: `event.troubleTicket.status`.

    :raises UnknownFilterError: in words
    """
    pairs = parse_qsl(text.lstrip("?"), keep_blank_values=True)
    asked = [(name.strip(), value.strip()) for name, value in pairs]
    wanted = [one.strip() for name, value in asked if name == _TYPE for one in value.split(",")]
    filters = {
        name.removeprefix("event.").removeprefix(f"{resource}."): value
        for name, value in asked
        if name != _TYPE
    }
    known = {one.lower(): one for one in types}
    unknown = sorted(
        {*(one for one in wanted if one.lower() not in known), *(set(filters) - set(attributes))}
    )
    if unknown:
        raise UnknownFilterError(f"query: there is no {', '.join(unknown)[:200]}.")
    return Query(frozenset(known[one.lower()] for one in wanted) or None, filters)
