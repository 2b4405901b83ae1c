"""What a queue may be asked for in its address, each as a condition on cases."""

from collections.abc import Callable, Iterable
from urllib.parse import parse_qsl, urlencode

from django.db.models import Q

from complaints.row_number import row_number
from spots.cases.comments.models import called
from spots.cases.states import ENDED, WATCHED, WORKING, State
from spots.routing.models import Team

BANDS = {*"1234"}


def in_state(chosen: str, reader: int | None) -> Q:
    """What is worked on, unless the reader asks for something else."""
    if chosen == "all":
        return Q()
    if chosen in State.values:
        return Q(state=chosen)
    return Q(state__in={"watched": WATCHED, "ended": ENDED}.get(chosen, WORKING))


def shows_ended(query: str) -> bool:
    """Whether a query string asks for cases that have ended, too."""
    chosen = dict(_known(query)).get("state")
    return chosen in {"all", "ended", *ENDED}


def of_whom(chosen: str, reader: int | None) -> Q:
    wanted = {
        "me": Q(engineer=reader),
        "team": Q(team__in=Team.objects.filter(members=reader).values("pk")),
        "nobody": Q(team=None),
        "called": Q(pk__in=called(reader)),
    }
    return wanted.get(chosen, Q())


def in_band(chosen: str, reader: int | None) -> Q:
    return Q(band=int(chosen)) if chosen in BANDS else Q()


def of_row(column: str) -> Callable[[str, int | None], Q]:
    """One row of another table, by its number."""

    def condition(chosen: str, reader: int | None) -> Q:
        number = row_number(chosen)
        return Q() if number is None else Q(**{column: number})

    return condition


def found(term: str, reader: int | None = None) -> Q:
    """A part of the place, or the number with or without its sign."""
    term = term.strip()
    if not term:
        return Q()
    number = row_number(term.lstrip("№# "))
    return Q(place__icontains=term) | (Q() if number is None else Q(pk=number))


CONDITIONS: dict[str, Callable[[str, int | None], Q]] = {
    "state": in_state,
    "mine": of_whom,
    "band": in_band,
    "team": of_row("team"),
    "topic": of_row("topic"),
    "region": of_row("region"),
    "q": found,
}


def condition(query: str, reader: int | None) -> Q:
    """
    Return which cases a queue shows when it is asked with this query string.

    reader  the number of the user who asks: “mine” is theirs
    """
    asked = dict(_known(query))
    every = (one(asked.get(name, ""), reader) for name, one in CONDITIONS.items())
    return Q(*(q for q in every if q))


def cleaned(query: str) -> str:
    """Return the query string with what the queue knows alone, always in the same order."""
    return urlencode(sorted(_known(query)))


def _known(query: str) -> Iterable[tuple[str, str]]:
    said = dict(parse_qsl(query))
    return [(name, value) for name, value in said.items() if name in CONDITIONS]
