"""Whether a case is complex, on its page, and the button that says so."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone

from complaints.customers.reader import reader_of
from spots.cases.addresses import PAGES
from spots.cases.complexity.reading import why_complex
from spots.cases.complexity.transitions import MARKERS, mark, unmark
from spots.cases.models import Case, Kind
from spots.cases.states import ENDED
from spots.routing.complexity import Complexity

TEMPLATE = "admin/spots/spot/panels/complexity.html"
MOST_LETTERS = 300


class MarkForm(forms.Form):
    """A mark with its reason, or the end of one."""

    ends = forms.BooleanField(required=False)
    note = forms.CharField(max_length=MOST_LETTERS, required=False)


def may_mark(request: HttpRequest, case: Case) -> bool:
    return case.state not in ENDED and any(request.user.has_perm(name) for name in MARKERS)


def complexity(request: HttpRequest, case: Case) -> tuple[str, dict[str, Any]] | None:
    """Why it is complex; nothing where it is not, and the reader may not say so: a query."""
    why = why_complex(case.pk)
    if not why and not may_mark(request, case):
        return None
    return TEMPLATE, {
        "why": [Complexity(one).label for one in Complexity.values if one in why],
        "marked": Complexity.MARKED in why,
        "may_mark": may_mark(request, case),
        "address": f"admin:spots_{PAGES[Kind(case.kind)]}_complex",
        "case": case,
        "most_letters": MOST_LETTERS,
    }


def take(request: HttpRequest, case: Case, sent: dict[str, Any]) -> None:
    """
    Do what a MarkForm says.

    :raises IllegalMoveError: it cannot be
    """
    by, now = reader_of(request), timezone.now()
    if sent["ends"]:
        unmark(case_id=case.pk, by=by, now=now)
    else:
        mark(case_id=case.pk, note=sent["note"], by=by, now=now)
