"""The page of the audit, as a supervisor opens it. NOW is 13:00 in Moscow."""

import pytest
import time_machine
from django.urls import reverse

from spots.models import Clock
from tests.factories import NOW, make_brand, make_spot, make_team, make_user
from tests.heatmaps_project.supervision.audit.worked import DAY, HOUR, promised

pytestmark = [pytest.mark.django_db]
PAGE = reverse("audit")


@pytest.fixture(autouse=True)
def _at_one_in_the_afternoon():
    with time_machine.travel(NOW, tick=False):
        yield


def test_it_says_what_was_kept_and_lists_what_was_not(signed_in):
    promised(NOW - DAY, fixed=NOW - DAY + HOUR / 2, team=make_team("radio"))
    missed = promised(NOW - DAY, team=make_team("core"))
    clock = Clock.objects.get(case=missed, target="fix")

    page = signed_in(make_user("supervisor", language="en")).get(PAGE).content.decode()

    assert "3 of 6" in page
    assert "3 broken promises" in page
    assert reverse("admin:spots_spot_change", args=[missed.pk]) in page
    assert reverse("admin:spots_clock_change", args=[clock.pk]) in page
    assert page.index("Core") < page.index("Radio")


def test_a_planner_reads_it_without_ways_to_pages_that_are_not_theirs(signed_in):
    single = promised(NOW - DAY, kind="single", outline=None)

    page = signed_in("planner").get(PAGE).content.decode()

    assert f"№ {single.pk}" in page
    assert reverse("admin:spots_singlecase_change", args=[single.pk]) not in page
    assert reverse("admin:spots_clock_changelist") not in page


@pytest.mark.parametrize(
    "asked",
    [
        {"team": "77777"},
        {"brand": "x"},
        {"by": "secret"},
        {"unit": "hour"},
        {"page": "2"},
        {"page": "0"},
    ],
)
def test_what_is_not_there_is_not_found(signed_in, asked):
    assert signed_in("supervisor").get(PAGE, asked).status_code == 404


def test_another_brand_cannot_be_asked_for(signed_in):
    rival = make_brand("rival")
    promised(NOW - DAY, brand=rival)
    client = signed_in("supervisor")

    assert client.get(PAGE, {"brand": rival.pk}).status_code == 404
    assert "0 broken" in client.get(PAGE, headers={"accept-language": "en"}).content.decode()


@pytest.mark.parametrize(
    "asked",
    [
        {"first": "2026-03-20", "last": "2026-03-19"},
        {"first": "2024-03-20", "last": "2026-03-19"},
        {"first": "yesterday"},
        {"first": "0001-01-01", "last": "0001-01-02"},
        {"last": "9999-12-31"},
        {"as_of": "2026-03-25T13:01"},
    ],
)
def test_a_period_that_makes_no_sense_is_said_to(signed_in, asked):
    answer = signed_in("supervisor").get(PAGE, asked)

    assert answer.status_code == 400
    assert 'class="figures-bad"' in answer.content.decode()


def test_the_past_is_asked_for_in_the_readers_zone(signed_in):
    promised(NOW - DAY, fixed=NOW - HOUR)
    client = signed_in(make_user("supervisor", language="en"))

    then = client.get(PAGE, {"as_of": "2026-03-25T11:59"}).content.decode()
    a_minute_later = client.get(PAGE, {"as_of": "2026-03-25T12:00"}).content.decode()

    assert "<small>not done</small>" in then
    assert "<small>not done</small>" not in a_minute_later


def test_the_queries_do_not_grow_with_rows(signed_in, django_assert_max_num_queries):
    client = signed_in("supervisor")
    for hours in range(6):
        promised(NOW - DAY - hours * HOUR, team=make_team(f"team-{hours}"))
    make_spot()
    with django_assert_max_num_queries(15):
        client.get(PAGE)
    with django_assert_max_num_queries(24):
        client.get(PAGE, {"as_of": "2026-03-25T11:59"})
