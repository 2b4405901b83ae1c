"""A move that came back: its form as it was filled in, and what others did before it arrived."""

from dataclasses import dataclass

from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise

from complaints.customers.reader import reader_of
from complaints.row_number import row_number
from spots.cases.models import Case
from spots.cases.page.forms import MoveForm
from spots.cases.page.timeline import Line, lines_of
from spots.cases.states import MOVES
from spots.cases.transitions import unseen_since

SEEN = "seen"  # the field of each form: the number of the newest event that its reader saw


@dataclass(frozen=True)
class Meanwhile:
    """What the second of two people reads, and may do anyway."""

    name: str
    label: Promise
    form: MoveForm
    lines: list[Line]  # newest first
    possible: bool  # in the state that the case has now


def seen_in(posted: QueryDict) -> int | None:
    """Return what the reader of a form saw; None: the form does not say."""
    return row_number(posted.get(SEEN, ""))


def meanwhile(request: HttpRequest, case: Case, name: str, form: MoveForm) -> Meanwhile | None:
    """Return what happened that the author of a form has not seen; None: nothing."""
    unseen = unseen_since(case, seen_in(request.POST), by=reader_of(request))
    lines = lines_of(case, unseen)
    if not lines:
        return None
    move = MOVES[name]
    return Meanwhile(name, move.label, form, lines, possible=case.state in move.sources)
