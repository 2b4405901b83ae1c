"""The complaints of a case by time, on its page."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.utils.translation import override

from complaints.short_days import short_month
from spots.cases.page.by_time import chart_of
from spots.models import Sighting
from spots.watching.panels import usual_at
from tests.factories import (
    NOW,
    make_complaint,
    make_event,
    make_learnt_baseline,
    make_spot,
    make_user,
    make_watch,
)

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def spot_of(*ages_h: float, **fields):
    complaints = [make_complaint(occurred_at=NOW - age * HOUR) for age in ages_h]
    return make_spot(complaints=complaints, started_at=NOW - max(ages_h) * HOUR, **fields)


def page_of(client, spot) -> str:
    with time_machine.travel(NOW):
        answer = client.get(f"/admin/spots/spot/{spot.pk}/change/")
    return re.sub(r"\s+", " ", answer.content.decode())


def test_complaints_are_counted_where_they_occurred_and_none_is_left_out():
    spot = spot_of(0.5, 0.5, 1.5, 5)
    gone = make_complaint(occurred_at=NOW - HOUR)
    spot.memberships.create(complaint=gone, since=NOW, until=NOW)

    with override("en"):
        chart = chart_of(spot, usual=None, now=NOW)

    counts = [bar.count for bar in chart["bars"]]
    assert (counts[-2], counts[-3], sum(counts)) == (2, 1, 4)
    assert chart["summary"] == "4 complaints; most came on 25 March, 12:00–13:00: 2."
    assert chart["outside"] == []


def test_complaints_from_before_and_after_the_picture_are_told():
    spot = spot_of(1, ended_at=NOW)
    for at in (NOW - timedelta(days=3), NOW + timedelta(days=3)):
        spot.memberships.create(complaint=make_complaint(occurred_at=at), since=NOW)

    with override("en"):
        chart = chart_of(spot, usual=None, now=NOW + timedelta(days=30))

    assert chart["outside"] == ["1 came earlier", "1 came later"]


def test_a_case_without_complaints_has_an_empty_picture():
    with override("en"):
        chart = chart_of(make_spot(), usual=None, now=NOW)

    assert chart["summary"] == "No complaint came in this time."
    assert {bar.height for bar in chart["bars"]} == {0}


def test_the_moments_of_its_life_are_marked_in_order_and_stay_in_the_picture():
    spot = spot_of(5)
    for kind, age in (("opened", 4), ("grew", 3), ("fixed", 2), ("reopened", 1)):
        make_event(spot, kind, at=NOW - age * HOUR)

    with override("en"):
        marks = chart_of(spot, usual=None, now=NOW)["marks"]

    assert [(mark.number, mark.kind) for mark in marks] == [
        (1, "opened"),
        (2, "fixed"),
        (3, "reopened"),
    ]
    assert [mark.x for mark in marks] == sorted(mark.x for mark in marks)


def test_a_spot_of_two_years_is_drawn_with_few_bars_and_two_queries(django_assert_num_queries):
    spot = spot_of(*(24 * 7 * week for week in range(104)))
    for _ in range(30):
        make_event(spot, "reopened")

    with django_assert_num_queries(2):
        chart = chart_of(spot, usual=None, now=NOW)

    assert len(chart["bars"]) <= 120
    assert sum(bar.count for bar in chart["bars"]) == 104
    assert len(chart["marks"]) == 20


@pytest.mark.parametrize(("language", "told"), [("ru", "июл 2026"), ("en", "Jul 2026")])
def test_months_are_named_as_their_language_writes_them(language, told):
    with override(language):
        assert short_month(date(2026, 7, 1)) == told


def test_usual_is_told_by_what_was_judged_last_and_the_regions_week():
    learnt = make_learnt_baseline()
    learnt.watch.baseline = learnt
    learnt.watch.save()
    spot = spot_of(1, evidence={"customers": 9, "hours": 2, "expected": 0.5})
    Sighting.objects.create(
        watch=learnt.watch,
        number=1,
        case=spot,
        present={"customers": 3, "hours": 3, "expected": 0.6},
        present_at=NOW,
    )

    usual = usual_at(spot)

    assert (usual.expected, usual.since, usual.until) == (0.6, NOW - 3 * HOUR, NOW)
    assert len(usual.week) == 168


def test_usual_is_told_by_the_evidence_where_nothing_was_judged_since():
    spot = spot_of(1, evidence={"customers": 9, "hours": 2, "expected": 0.5})

    usual = usual_at(spot)

    assert (usual.expected, usual.until - usual.since, usual.week) == (0.5, 2 * HOUR, ())


def test_usual_is_not_known_of_a_spot_that_no_engine_found():
    assert usual_at(spot_of(1)) is None


def test_the_page_shows_the_picture_its_words_and_its_table(signed_in):
    spot = spot_of(0.5, 1.5, evidence={"customers": 9, "hours": 2, "expected": 0.6})
    make_event(spot, "opened", at=NOW - HOUR)
    client = signed_in(make_user("engineer", language="en"))

    page = page_of(client, spot)

    assert "Complaints by the hour" in page
    assert 'class="by-time-usual"' in page
    assert "25 March, 12:00–13:00: 1 complaint, usual: 0.3" in page
    assert "<td>25 March, 12:00–13:00</td> <td>0.3</td> <td>1</td>" in page
    assert page.count('class="by-time-badge by-time-opened"') == 1


def test_the_picture_leaves_out_the_usual_where_nobody_knows_it(signed_in):
    make_watch()

    page = page_of(signed_in(), spot_of(1))

    assert 'id="by-time"' in page
    assert 'class="by-time-usual"' not in page
