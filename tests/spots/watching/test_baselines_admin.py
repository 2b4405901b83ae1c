"""Versions of what is usual: listed, drawn, and compared with the version before."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.urls import reverse

from spots.watching import usual_week
from spots.watching.models import Watch
from tests.factories import NOW, make_brand, make_learnt_baseline, make_region, make_watch

pytestmark = pytest.mark.django_db

LIST = reverse("admin:spots_learntbaseline_changelist")
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _in_english(settings):
    settings.LANGUAGE_CODE = "en"


def page_of(row):
    return reverse("admin:spots_learntbaseline_change", args=[row.pk])


def rows_of(page):
    return list(page.context["cl"].result_list)


# The list


def test_the_newest_version_comes_first_and_the_one_in_force_is_marked(signed_in):
    old = make_learnt_baseline(learnt_at=NOW - DAY)
    new = make_learnt_baseline(learnt_at=NOW)
    Watch.objects.update(baseline=old)

    page = signed_in("planner").get(LIST)

    assert [(row, row.in_force) for row in rows_of(page)] == [(new, False), (old, True)]
    assert page.content.decode().count("in force") == 1


def test_versions_are_filtered_by_watch(signed_in):
    make_learnt_baseline()
    other = make_learnt_baseline(watch=make_watch(brand=make_brand("other")))

    page = signed_in("administrator").get(LIST, {"watch": other.watch_id})

    assert rows_of(page) == [other]


def test_the_filter_offers_no_watch_behind_a_wall(signed_in):
    make_learnt_baseline()
    make_watch(brand=make_brand("rival"))

    assert "Rival" not in signed_in("supervisor").get(LIST).content.decode()


@pytest.mark.parametrize("asked", ["x", "²", "9" * 30])
def test_what_is_no_watch_filters_nothing(signed_in, asked):
    row = make_learnt_baseline()

    assert rows_of(signed_in("planner").get(LIST, {"watch": asked})) == [row]


def test_the_list_takes_the_same_queries_however_long_it_is(
    signed_in, django_assert_max_num_queries
):
    client = signed_in("administrator")
    for count in (2, 20):
        for number in range(count):
            watch = make_watch(region=make_region(f"r{count}-{number}"))
            watch.baseline = make_learnt_baseline(watch=watch)
            watch.save()
        with django_assert_max_num_queries(12):
            page = client.get(LIST)
        assert len(rows_of(page)) >= count


# The page


def test_a_version_is_drawn_and_compared_with_the_one_before_it(signed_in):
    make_learnt_baseline(learnt_at=NOW - 2 * DAY, open_at=9.9)
    before = make_learnt_baseline(learnt_at=NOW - DAY, open_at=7.0)
    make_learnt_baseline(learnt_at=NOW - DAY, watch=make_watch(brand=make_brand("other")))
    row = make_learnt_baseline(open_at=7.2)

    text = signed_in("dispatcher").get(page_of(row)).content.decode()

    assert page_of(before) in text
    assert text.count("<title>") == 168 + 1  # of each hour, and of the page
    figures = re.findall(r"<td>([\d.,]+)</td>", text)
    assert ("7.2", "7") in pairwise(figures)
    assert "9.9" not in text


def test_the_first_version_says_that_there_is_none_before_it(signed_in):
    text = signed_in("planner").get(page_of(make_learnt_baseline())).content.decode()

    assert "there is none before it" in text
    assert "learnt-before" not in text


def test_hours_are_those_of_the_region(signed_in):
    weekly = [0.0] * 168
    weekly[24 + 21] = 9.0  # Tuesday, 21:00 UTC is Wednesday, 00:00 in Moscow
    row = make_learnt_baseline(weekly=weekly)

    text = signed_in("planner").get(page_of(row)).content.decode()

    assert "Most come on Wednesday, 00:00–01:00." in text
    assert "Wednesday, 00:00–01:00: 9.0 complaints an hour" in text
    assert "Hours of Europe/Moscow." in text


@pytest.mark.parametrize("weekly", [[], [0.0] * 168, [1.0] * 24])
def test_a_version_of_which_no_week_is_kept_is_shown_all_the_same(signed_in, weekly):
    row = make_learnt_baseline(weekly=weekly)
    later = make_learnt_baseline(learnt_at=NOW + DAY)
    client = signed_in("planner")

    assert client.get(page_of(row)).status_code == 200
    assert client.get(page_of(later)).status_code == 200


def test_numbers_of_the_drawing_are_not_written_as_the_reader_writes_them(signed_in, settings):
    settings.LANGUAGE_CODE = "ru"
    row = make_learnt_baseline(weekly=[1234.56] * 168)

    text = signed_in("planner").get(page_of(row)).content.decode()

    drawn = re.findall(r'(?:\bd|x1?|y1?|width|viewBox)="([^"]*)"', text[text.index("<svg class") :])
    assert drawn
    assert not any("," in numbers or "\xa0" in numbers for numbers in drawn)


# The week


def at(month: int) -> datetime:
    return datetime(2026, month, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "month", "hour"),
    [
        pytest.param("UTC", 1, 0, id="UTC"),
        pytest.param("Europe/Moscow", 1, 3, id="east"),
        pytest.param("America/New_York", 1, 163, id="west: still Sunday"),
        pytest.param("America/New_York", 7, 164, id="summer time"),
    ],
)
def test_a_week_begins_on_monday_of_the_zone(zone, month, hour):
    weekly = [1.0, *[0.0] * 167]

    week = usual_week.local(weekly, zone=zone, at=at(month))

    assert week.index(1.0) == hour
    assert len(week) == 168


@pytest.mark.parametrize(
    ("most", "ticks"),
    [
        (0, ["0", "1"]),
        (0.3, ["0.0", "0.1", "0.2", "0.3"]),
        (0.24, ["0.00", "0.05", "0.10", "0.15", "0.20", "0.25"]),
        (4, ["0", "1", "2", "3", "4"]),
        (7, ["0", "2", "4", "6", "8"]),
        (1100, ["0", "500", "1,000", "1,500"]),
    ],
)
def test_the_scale_has_few_and_round_numbers(most, ticks):
    drawn = usual_week.chart([float(most)] * 168, [])

    assert [words for _, words in drawn["ticks"]] == ticks
    assert all(y >= drawn["top"] for y, _ in drawn["ticks"])


@pytest.mark.parametrize(
    ("value", "words"), [(0.117, "0.12"), (5.74, "5.7"), (123.4, "123"), (12345, "12,345")]
)
def test_the_fewer_complaints_the_more_exactly_their_rate_is_told(value, words):
    assert usual_week.rate(value) == words


def test_the_higher_of_both_weeks_fits_the_drawing():
    drawn = usual_week.chart([1.0] * 168, [40.0] * 168)

    assert drawn["before"].startswith(f"M{drawn['left']} {drawn['top']}")
