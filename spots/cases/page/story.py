"""
Everything that happened to a case, newest first, whoever knows of it.

A source is a function (request, case, before) → Told, which tells nothing to a reader who may not
see it. `CasePageAdmin.sources` lists them; an upper app adds its own as it adds a panel, by
registering a subclass with a longer tuple (see heatmaps_project/admin.py).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware

from spots.cases.addresses import PAGES
from spots.cases.models import Case, Kind
from spots.cases.page import timeline
from spots.cases.page.timeline import Group, Line
from spots.cases.states import Permission
from spots.cases.transitions.regroupings import last_regrouping

MOST = 100  # rows of one source on one page
FIRST = 20  # lines seen at once; the others open on a click

_Row = TypeVar("_Row", bound=Model)


@dataclass(frozen=True)
class Told:
    """What one source tells, newest first."""

    lines: list[Line] = field(default_factory=list)
    # It has told all from this moment on, and knows of more before it; None: it has told all.
    reach: datetime | None = None


Source = Callable[[HttpRequest, Case, datetime | None], Told]


def newest(
    rows: QuerySet[_Row], *, moment: str, before: datetime | None
) -> tuple[list[_Row], datetime | None]:
    """
    Return the newest rows, MOST at most, and how far back they reach, as Told says; one query.

    moment  the field that says when
    before  only what was earlier; None: up to now
    """
    if before:
        rows = rows.filter(**{f"{moment}__lt": before})
    found = list(rows.order_by(f"-{moment}", "-pk")[: MOST + 1])
    if len(found) <= MOST:
        return found, None
    # What happened in one moment stays together: it goes to the next page as a whole.
    cut: datetime = getattr(found[-1], moment)
    kept = [row for row in found if getattr(row, moment) > cut] or found[:MOST]
    return kept, getattr(kept[-1], moment)


def events(request: HttpRequest, case: Case, before: datetime | None) -> Told:
    """The case's own events: its moves, its growth, what was said."""
    found, reach = newest(timeline.with_authors(case.events.all()), moment="at", before=before)
    return Told(timeline.in_words(case, found), reach)


def context_of(request: HttpRequest, case: Case, sources: Sequence[Source]) -> dict[str, Any]:
    """What the template of the timeline needs."""
    before = _before(request)
    tales = [source(request, case, before) for source in sources]
    # Before this moment one of them has not told all, so none is listened to.
    reach = max((tale.reach for tale in tales if tale.reach), default=None)
    lines = [line for tale in tales for line in tale.lines if reach is None or line.at >= reach]
    lines.sort(key=lambda line: line.at, reverse=True)
    groups = [line.group for line in lines]
    return {
        "case": case,
        "lines": lines,
        "first": FIRST,
        "rest": max(len(lines) - FIRST, 0),
        "older": "?" + urlencode({"before": reach.isoformat()}) if reach else "",
        "earlier": bool(before),
        "chips": [
            (group.value, group.label, groups.count(group)) for group in Group if group in groups
        ],
        "undo": _undo(request, case),
        # each kind of case has its pages
        "file_page": f"admin:spots_{PAGES[Kind(case.kind)]}_file",
    }


def _before(request: HttpRequest) -> datetime | None:
    try:
        asked = parse_datetime(request.GET.get("before", ""))
    except ValueError:  # well written, but no such day
        return None
    return asked if asked and is_aware(asked) else None


def _undo(request: HttpRequest, case: Case) -> int:
    """Return the number of the event that the reader may undo; 0: none."""
    # On the page of a single case nothing is undone: it is part of the spot by then.
    may = case.kind == Kind.SPOT and request.user.has_perm(Permission.DISPATCH)
    done = last_regrouping(case) if may else None
    return next((event.pk for event in done.events if event.case_id == case.pk), 0) if done else 0
