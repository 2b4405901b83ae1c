"""Spots that were drawn around homes, before they were drawn to a hundred metres."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.contrib.gis.geos import Point, Polygon
from django.db import connection

from complaints.customers.personal import MASKED_STEP
from spots.cases.transitions.membership import outline_of_members
from spots.models import Case, Membership
from tests.factories import CENTRE, NOW, make_complaint, make_spot

pytestmark = pytest.mark.django_db
drawing = import_module("spots.migrations.0023_outlines_to_a_hundred_metres")
HOME = (CENTRE[0] + 0.000417, CENTRE[1] + 0.000283)  # degrees; a house, and no round number
RASTER = tuple(round(degrees, 3) for degrees in HOME)
AROUND_HOME = Polygon(Point(*HOME).buffer(0.001).coords[0], srid=4326)


class Editor:
    connection = connection


def exact(complaint, **fields) -> Case:
    drawn = {"outline": AROUND_HOME, "centre": Point(*HOME, srid=4326), **fields}
    return make_spot(complaints=[complaint], **drawn)


def middle(case: Case) -> tuple[float, ...]:
    case.refresh_from_db()
    drawn = (*case.outline.centroid.coords, *case.centre.coords)
    return tuple(round(degrees, 5) for degrees in drawn)


def test_they_are_drawn_once_more_each_and_what_was_merged_too(monkeypatch):
    monkeypatch.setattr(drawing, "REDRAW", drawing.REDRAW.replace("LIMIT 200", "LIMIT 2"))
    assert drawing.STEP == MASKED_STEP
    there = [make_complaint(lon=HOME[0], lat=HOME[1], occurred_at=NOW) for _each in range(4)]
    spots = [exact(complaint) for complaint in there[:3]]
    merged = exact(there[3], state="merged", merged_into=spots[0], ended_at=NOW)
    Membership.objects.filter(case=merged).update(until=NOW + timedelta(hours=1))
    single = exact(make_complaint(lon=HOME[0], lat=HOME[1]), kind="single", outline=None)
    nobodys = make_spot()

    drawing.redraw(None, Editor)

    assert {middle(case) for case in (*spots, merged)} == {RASTER * 2}
    assert spots[0].outline.equals(outline_of_members(spots[0]))
    single.refresh_from_db()
    assert (single.centre.coords, single.outline) == (HOME, None)
    assert Case.objects.get(pk=nobodys.pk).outline.equals(nobodys.outline)


def version(case: Case) -> str:
    """Where the row stands: each write of it makes another."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctid::text FROM spots_case WHERE id = %s", [case.pk])
        return cursor.fetchone()[0]


def test_done_twice_it_writes_nothing():
    spot = exact(make_complaint(lon=HOME[0], lat=HOME[1], occurred_at=NOW))
    drawing.redraw(None, Editor)
    before = version(spot)

    drawing.redraw(None, Editor)

    assert version(spot) == before
