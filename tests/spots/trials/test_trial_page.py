"""The page of a trial: how far it is, and what it found beside what was found then."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import Polygon
from django.urls import reverse
from django.utils import timezone

from spots.models import Membership
from spots.trials.findings import MOST_SPOTS
from spots.trials.values import values_of
from tests.factories import (
    CENTRE,
    NOW,
    make_brand,
    make_complaint,
    make_region,
    make_rule,
    make_spot,
    make_topic,
    make_trial,
    make_user,
)

pytestmark = pytest.mark.django_db
LIST = reverse("admin:spots_trial_changelist")
OPENED = NOW - timedelta(hours=10)


@pytest.fixture(name="reader")
def _reader(signed_in, settings):
    settings.LANGUAGE_CODE = "en"
    return signed_in("planner")


def page_of(trial):
    return reverse("admin:spots_trial_change", args=[trial.pk])


def ring(east=0.0):
    lon, lat = CENTRE[0] + east, CENTRE[1]
    corners = [(-0.004, -0.002), (0.004, -0.002), (0.004, 0.002), (-0.004, 0.002), (-0.004, -0.002)]
    return [[lon + x, lat + y] for x, y in corners]


def found(number=1, *, east=0.0, members=(), **fields):
    return {
        "number": number,
        "opened_at": OPENED.isoformat(),
        "ended_at": (OPENED + timedelta(hours=4)).isoformat(),
        "place": f"street {number}",
        "customers": 7,
        "complaints": 9,
        "score": 8.1,
        "topic": None,
        "outline": ring(east),
        "members": list(members),
        **fields,
    }


def finished(*spots, **fields):
    make_topic()
    row = {"state": "done", "reached": NOW, "found": list(spots), **fields}
    return make_trial(**row)


def was(*, opened_at=OPENED, complaints=None, **fields):
    """A spot that was, of two hours."""
    ended = {"quiet_since": opened_at + timedelta(hours=2), **fields}
    return make_spot(opened_at=opened_at, complaints=complaints, **ended)


def kinds(page):
    return [line.kind for line in page.context["lines"]]


def summary(page):
    return " ".join(page.context["summary"])


# The same spot or another


def test_spots_that_share_a_third_of_the_smaller_ones_members_are_the_same(reader):
    members = [make_complaint() for _ in range(6)]
    elsewhere = found(east=0.2, members=[member.pk for member in members[:3]] + [10**9])
    case = was(complaints=members)

    page = reader.get(page_of(finished(elsewhere)))

    assert kinds(page) == ["both"]
    assert page.context["lines"][0].cases == [
        (f"№ {case.pk}", reverse("admin:spots_spot_change", args=[case.pk]))
    ]


def test_spots_that_share_less_elsewhere_are_not_the_same(reader):
    members = [make_complaint() for _ in range(6)]
    ids = [members[0].pk, *(10**9 + number for number in range(3))]
    was(complaints=members)

    page = reader.get(page_of(finished(found(east=0.2, members=ids))))

    assert sorted(kinds(page)) == ["new", "only"]


def test_spots_at_the_same_place_and_time_are_the_same(reader):
    was()

    assert kinds(reader.get(page_of(finished(found())))) == ["both"]


def test_spots_at_the_same_place_at_other_times_are_not_the_same(reader):
    was(opened_at=OPENED + timedelta(hours=5))

    assert sorted(kinds(reader.get(page_of(finished(found()))))) == ["new", "only"]


def test_a_spot_that_began_before_the_period_may_match_and_is_not_missed(reader):
    was(opened_at=NOW - timedelta(days=2), quiet_since=NOW)

    assert kinds(reader.get(page_of(finished(found())))) == ["both"]
    assert kinds(reader.get(page_of(finished()))) == []


def test_spots_of_topics_that_the_rule_does_not_judge_are_left_out(reader):
    trial = finished()
    was(topic=make_topic("slow_internet"))

    assert kinds(reader.get(page_of(trial))) == []


def test_spots_that_were_merged_into_others_are_left_out(reader):
    survivor = was()
    was(state="merged", merged_into=survivor)

    assert kinds(reader.get(page_of(finished(found())))) == ["both"]


def test_spots_of_others_are_left_out(reader):
    was(brand=make_brand("rival"))
    was(region=make_region("far", lon=60))

    assert kinds(reader.get(page_of(finished()))) == []


# In words, on the map, in the table


def test_it_says_in_words_what_would_have_been_different(reader):
    was()
    missed = was(opened_at=OPENED + timedelta(hours=1))
    Membership.objects.create(case=missed, complaint=make_complaint(), since=NOW)
    missed.outline = Polygon(ring(0.3))
    missed.save()

    page = reader.get(page_of(finished(found(), found(2, east=0.2))))

    assert summary(page) == (
        "It would have opened 2 spots. 1 of them was a spot too. 1 is new."
        " 1 that was a spot would not have been found."
    )


def test_what_is_none_is_not_counted_out(reader):
    assert summary(reader.get(page_of(finished()))) == "It would have opened no spot."


def test_the_map_gets_both_kinds_of_outlines(reader):
    case = was()

    drawing = reader.get(page_of(finished(found()))).context["drawing"]

    assert [(row, name) for row, _ring, name in drawing["found"]] == [(0, "street 1")]
    assert [(row, name) for row, _ring, name in drawing["were"]] == [(0, str(case))]


def test_a_trial_that_kept_only_the_first_spots_says_so(reader):
    many = [found(number, east=number * 1e-4) for number in range(MOST_SPOTS)]

    assert b"Only the first" in reader.get(page_of(finished(*many))).content


def test_little_history_is_said(reader):
    known = {
        "topics": [make_topic().pk],
        "open_at": 7.0,
        "near_misses": 0,
        "weeks_per_false_spot": 7.0,
    }
    young = finished(engine={**known, "history_days": 9.5})
    blind = finished(engine={**known, "history_days": 0.5})

    assert b"still learning" in reader.get(page_of(young)).content
    assert b"nothing opens" in reader.get(page_of(blind)).content


def test_a_waiting_trial_has_a_page_and_reports_its_progress(reader):
    trial = make_trial(reached=NOW - timedelta(hours=12), state="running")

    assert b"data-url" in reader.get(page_of(trial)).content
    told = reader.get(reverse("admin:spots_trial_progress", args=[trial.pk])).json()
    assert told == {"percent": 50, "found": 0, "running": True, "state": "running"}


def test_a_page_does_with_the_same_queries_however_much_was_found(
    reader, django_assert_max_num_queries
):
    was()
    few_found = finished(found())
    with django_assert_max_num_queries(40) as few:
        reader.get(page_of(few_found))
    for number in range(8):
        was(complaints=[make_complaint()], opened_at=OPENED + timedelta(minutes=number))
    trial = finished(*(found(number, east=number * 0.01) for number in range(30)))

    with django_assert_max_num_queries(len(few.captured_queries)):
        reader.get(page_of(trial))


def test_the_list_does_with_the_same_queries_however_long_it_is(
    reader, django_assert_max_num_queries
):
    make_trial()
    with django_assert_max_num_queries(40) as few:
        reader.get(LIST)
    for number in range(8):
        make_trial(make_rule(f"rule-{number}"), found=[found()])

    with django_assert_max_num_queries(len(few.captured_queries)):
        assert reader.get(LIST).status_code == 200


# What is done with it


def moved(client, trial, move):
    address = reverse("admin:spots_trial_move", args=[trial.pk, move])
    response = client.post(address, follow=True)
    trial.refresh_from_db()
    return response


def test_who_started_it_stops_it_and_lets_it_go_on(signed_in):
    planner = make_user("planner")
    trial = make_trial(by=planner)
    reader = signed_in(planner)

    moved(reader, trial, "stop")
    assert trial.state == "cancelled"
    moved(reader, trial, "go-on")
    assert trial.state == "waiting"


def test_nobody_stops_what_another_started_but_an_administrator(signed_in):
    trial = make_trial(by=make_user("supervisor"))

    assert moved(signed_in("planner"), trial, "stop").status_code == 403
    assert trial.state == "waiting"
    moved(signed_in("administrator"), trial, "stop")
    assert trial.state == "cancelled"


def test_a_trial_that_ended_is_not_stopped_and_the_page_says_so(signed_in, settings):
    settings.LANGUAGE_CODE = "en"
    trial = finished()

    page = moved(signed_in("administrator"), trial, "stop")

    assert "has ended already" in page.content.decode()


def test_only_whoever_changes_rules_puts_one_into_force(signed_in):
    planner = make_user("planner")
    rule = make_rule()
    tried = {**values_of(rule), "open_at": 6.5}
    trial = finished(rule=rule, by=planner, values=tried, made_at=timezone.now())

    assert moved(signed_in(planner), trial, "apply").status_code == 403
    rule.refresh_from_db()
    assert rule.open_at == 7
    moved(signed_in("administrator"), trial, "apply")
    rule.refresh_from_db()
    assert (rule.open_at, rule.active) == (6.5, True)


def test_a_move_that_does_not_exist_is_not_found(signed_in):
    assert moved(signed_in("administrator"), make_trial(), "explode").status_code == 404


def test_a_move_is_never_made_by_a_link(signed_in):
    address = reverse("admin:spots_trial_move", args=[make_trial().pk, "stop"])

    assert signed_in("administrator").get(address).status_code == 405
