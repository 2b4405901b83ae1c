"""Counting suggestions against what was chosen: one outcome for each choice, afterwards."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from complaints.customers.walls import NO_WALLS
from spots.cases.catalogue import Cause
from spots.cases.events import EventKind
from spots.cases.models import Event
from spots.causes.evidence import suggestions_for, tree_of_causes
from spots.causes.models import SuggestionOutcome

RECENTLY = timedelta(days=7)  # choices older than that are let be: evidence has moved on


def count_outcomes(*, now: datetime, limit: int = 50) -> int:
    """
    Write down, for choices of a cause that were not counted yet, what was suggested then.

    However the choice was made: on the page, over an API, by a bulk action. A term that is moved
    with the cause unchanged is no choice. Counting twice, or on two machines, counts once.
    """
    events = list(_uncounted(now=now)[:limit])
    causes = Cause.objects.in_bulk({event.facts["cause"] for event in events})
    offered = tree_of_causes() if events else []
    made = [
        _outcome(event, causes[event.facts["cause"]], offered)
        for event in events
        if event.facts["cause"] in causes
    ]
    SuggestionOutcome.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


def _uncounted(*, now: datetime) -> QuerySet[Event]:
    planned = Event.objects.filter(kind=EventKind.PLANNED, facts__cause__isnull=False)
    same_before = planned.filter(
        case=OuterRef("case"), pk__lt=OuterRef("pk"), facts__cause=OuterRef("facts__cause")
    )
    recent = planned.filter(at__gt=now - RECENTLY, suggestion_outcome=None)
    return recent.exclude(Exists(same_before)).select_related("case__region").order_by("pk")


def _outcome(event: Event, chosen: Cause, offered: Sequence[Cause]) -> SuggestionOutcome:
    found = suggestions_for(event.case, walls=NO_WALLS, now=event.at, causes=offered)
    places = {cause.pk: place for place, (cause, _one) in enumerate(found, 1)}
    outcome = SuggestionOutcome(event=event, chosen=chosen, place=places.get(chosen.pk))
    if found:
        first, one = found[0]
        outcome.first, outcome.score = first, min(one.score, 1.0)
        outcome.sign = one.evidence[0].sign
    return outcome
