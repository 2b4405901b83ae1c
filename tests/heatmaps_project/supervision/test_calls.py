"""Figures of calls, out of the record of lookups."""

from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from complaints.customers.walls import NO_WALLS, Walls
from heatmaps_project.models import LookupOutcome
from heatmaps_project.supervision.calls import calls
from heatmaps_project.supervision.scope import Scope
from heatmaps_project.supervision.shares import Share
from tests.factories import NOW, make_brand, make_complaint, make_lookup

pytestmark = pytest.mark.django_db


def came_of(lookup, outcome: str, *, seconds: int) -> None:
    changing = {} if outcome == "answered" else {"complaint": make_complaint(), "tell": True}
    at = lookup.at + timedelta(seconds=seconds)
    LookupOutcome.objects.create(lookup=lookup, outcome=outcome, at=at, **changing)


def test_a_call_counts_once_and_is_passed_on_if_anything_of_it_was():
    early = NOW - timedelta(hours=2)
    one = make_lookup(at=early, call=UUID(int=10**9))
    again = make_lookup(at=early + timedelta(seconds=5), call=one.call)
    came_of(one, "answered", seconds=10)
    came_of(again, "passed_on", seconds=15)
    came_of(make_lookup(at=early), "attached", seconds=10)
    came_of(make_lookup(at=early, brand=make_brand()), "answered", seconds=30)
    make_lookup(at=early)  # ended unsaid
    came_of(make_lookup(at=NOW - timedelta(days=31)), "single", seconds=1)
    zone, other = ZoneInfo("Europe/Moscow"), frozenset({make_brand("other").pk})

    found = calls(Scope(NO_WALLS, now=NOW, zone=zone, days=30))
    walled = calls(Scope(Walls(other, None), now=NOW, zone=zone, days=30))

    assert (found.calls, found.at_once, found.passed_on) == (4, Share(2, 3), Share(1, 3))
    assert found.median == timedelta(seconds=20)  # of 20, 10 and 30
    assert walled.calls == 3  # those of no brand are everybody's
