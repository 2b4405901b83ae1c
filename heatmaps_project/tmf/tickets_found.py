"""Trouble tickets found: those that filters leave, decided by the database where it can."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from django.db.models import Case, F, FilteredRelation, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Greatest

from complaints.customers.walls import Walls
from complaints.intake.models import ComplaintQuerySet
from complaints.row_number import row_number
from heatmaps_project.tmf.tickets import BASE, BY_STATE, ENDS, SEVERITIES, ticket_of, tickets, told
from heatmaps_project.tmf.wire import fitting, moment, window

AT_ONCE: Final = 100  # rows, each with up to a quarter of a megabyte of another system's words
MOST_COMPARED: Final = 2000  # newest rows, for filters that the database cannot decide
COMPARED_LETTERS: Final = 16 * 1024 * 1024  # of another system's words in them


def found(
    walls: Walls, filters: Mapping[str, str], *, offset: int, limit: int
) -> tuple[list[dict[str, Any]], int]:
    """
    Return a window of the tickets that filters leave, newest first, and how many there are.

    What the database cannot decide (words are sealed there) is compared among the newest
    MOST_COMPARED of those that the other filters leave, as far as COMPARED_LETTERS go.
    """
    rows, undecided = _decided(tickets(walls), filters)
    rows = rows.order_by("-pk")
    if not undecided:
        # Numbers first: all that is told of a ticket was read for each that is passed over.
        numbers = list(rows.values_list("pk", flat=True)[offset : offset + limit])
        asked = rows.filter(pk__in=numbers)
        return fitting(map(told, asked.iterator(AT_ONCE))), rows.count()
    bodies = map(told, compared(rows, lambda row: ticket_of(row).rest))
    return window(bodies, undecided, offset=offset, limit=limit)


def compared(rows: QuerySet[Any], words: Callable[[Any], str]) -> Iterator[Any]:
    """
    Yield the first of some rows, as many as are compared one by one.

    words  what another system says of a row
    """
    left = COMPARED_LETTERS
    for row in rows[:MOST_COMPARED].iterator(AT_ONCE):
        left -= len(words(row))
        if left < 0:
            return
        yield row


def _decided(
    rows: ComplaintQuerySet, filters: Mapping[str, str]
) -> tuple[ComplaintQuerySet, dict[str, str]]:
    """Let the database decide what it can; return the rest of the filters."""
    for name, value in filters.items():
        if decides := _DECIDES.get(name):
            rows = decides(rows, value)
    return rows, {name: value for name, value in filters.items() if name not in _DECIDES}


def _of_number(rows: ComplaintQuerySet, value: str) -> ComplaintQuerySet:
    number = row_number(value)
    return rows.none() if number is None else rows.filter(pk=number)


def _of_address(rows: ComplaintQuerySet, value: str) -> ComplaintQuerySet:
    begin = f"{BASE}troubleTicket/"
    return _of_number(rows, value.removeprefix(begin) if value.startswith(begin) else "")


def _unsaid(column: str) -> Q:
    return Q(ticket=None) | Q(**{f"ticket__{column}": ""})


def _of_severity(rows: ComplaintQuerySet, value: str) -> ComplaintQuerySet:
    ours = [level for level, name in SEVERITIES.items() if name == value]
    seen = _unsaid("severity") & Q(topic__severity__in=ours)
    return rows.filter(Q(ticket__severity=value) | seen)


def _of_type(rows: ComplaintQuerySet, value: str) -> ComplaintQuerySet:
    seen = _unsaid("ticket_type") & Q(topic__code=value)
    return rows.filter(Q(ticket__ticket_type=value) | seen)


def _of_priority(rows: ComplaintQuerySet, value: str) -> ComplaintQuerySet:
    band = row_number(value.removeprefix("P")) if value.startswith("P") else None
    seen = _unsaid("priority") & Q(held__case__band=band or 0)
    return _with_case(rows).filter(Q(ticket__priority=value) | seen)


def _of_status(rows: ComplaintQuerySet, value: str) -> ComplaintQuerySet:
    """As `status_of` says it of one ticket."""
    by_case = [When(held__case__state=state, then=Value(name)) for state, name in BY_STATE.items()]
    closed = [state for state, name in BY_STATE.items() if name == "closed"]
    seen = Case(
        When(withdrawn_at__isnull=False, then=Value("cancelled")),
        When(resolved_at__isnull=False, held__case__state__in=closed, then=Value("closed")),
        When(resolved_at__isnull=False, then=Value("resolved")),
        *by_case,
        default=Value("acknowledged"),
    )
    says_more = ~Q(seen__in=ENDS) | Q(ticket__status__in=[*ENDS, "rejected"])
    counts = When(says_more, ticket__status__gt="", then=F("ticket__status"))
    rows = _with_case(rows).alias(seen=seen)
    return rows.alias(status_now=Case(counts, default=F("seen"))).filter(status_now=value)


def _with_case(rows: ComplaintQuerySet) -> ComplaintQuerySet:
    """Join the membership that holds: asked for row by row it takes many times as long."""
    return rows.alias(held=FilteredRelation("memberships", condition=Q(memberships__until=None)))


def _of_change(rows: ComplaintQuerySet, value: str) -> ComplaintQuerySet:
    newest = Greatest("changed_at", Coalesce("ticket__changed_at", "changed_at"))
    return rows.alias(newest=newest).filter(newest=moment("lastUpdate", value))


_DECIDES: Final[Mapping[str, Callable[[ComplaintQuerySet, str], ComplaintQuerySet]]] = {
    "id": _of_number,
    "href": _of_address,
    "externalId": lambda rows, value: rows.filter(external_id=value),
    "creationDate": lambda rows, value: rows.filter(received_at=moment("creationDate", value)),
    "lastUpdate": _of_change,
    "severity": _of_severity,
    "ticketType": _of_type,
    "priority": _of_priority,
    "status": _of_status,
    "@type": lambda rows, value: rows if value == "TroubleTicket" else rows.none(),
}
