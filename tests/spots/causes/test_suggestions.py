"""The cause helper on a spot's page: what it sees, says, and is worth."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from complaints.customers.walls import NO_WALLS, Walls
from spots.cases import transitions as cases
from spots.causes import evidence
from spots.causes.evidence import suggestions_for
from spots.causes.transitions import count_outcomes
from spots.causes.wording import sentence
from spots.models import Cause, Sector, SuggestionOutcome
from spots.network.sectors import within
from tests.factories import (
    CENTRE,
    NOW,
    make_brand,
    make_cause,
    make_complaint,
    make_coverage,
    make_event,
    make_network_event,
    make_site,
    make_spot,
    make_user,
)

pytestmark = pytest.mark.django_db


def spot(**fields):
    """A spot of ten complaints: six to the east of CENTRE, four to the west."""
    east = [make_complaint(lon=CENTRE[0] + 0.004) for _ in range(6)]
    west = [make_complaint(lon=CENTRE[0] - 0.004) for _ in range(4)]
    return make_spot(complaints=[*east, *west], state="accepted", **fields)


def outage(*sites, **fields):
    row = {"starts_at": NOW - timedelta(hours=1, minutes=30), "ends_at": None, **fields}
    event = make_network_event("outage", **row)
    event.sites.add(*sites)
    return event


def site_looking_east():
    site = make_site("1204")
    Sector.objects.create(site=site, azimuth=90, beam_width=120)
    return site


def said(case, language="en", walls=NO_WALLS, now=NOW):
    with translation.override(language):
        return {
            cause.code: [sentence(one, "Europe/Moscow") for one in found.evidence]
            for cause, found in suggestions_for(case, walls=walls, now=now)
        }


def signed(code="power", *signs):
    cause = make_cause(code)
    Cause.objects.filter(pk=cause.pk).update(signs=list(signs))
    return cause


def test_a_site_that_is_down_is_named_with_the_share_within_its_sector():
    signed("power", "outage")
    outage(site_looking_east())

    assert said(spot()) == {
        "power": ["site 1204 down since 25 March, 11:30, 60 % of the complaints within its sector"]
    }


def test_a_site_without_sectors_serves_all_round():
    signed("power", "outage")
    outage(make_site("1204"))

    [reason] = said(spot())["power"]
    assert "100 %" in reason


def test_the_cause_that_the_sender_names_needs_no_sign():
    signed("transport")
    outage(make_site("1204"), cause_code="transport")

    assert list(said(spot())) == ["transport"]


def test_an_area_counts_the_complaints_in_it():
    signed("power", "outage")
    outage(area=Polygon.from_bbox((CENTRE[0], 55.7, 38, 55.8)))

    [reason] = said(spot())["power"]
    assert reason.endswith("60 % of the complaints in its area")


def test_complaints_outside_the_coverage_speak_for_a_hole():
    signed("no_coverage", "hole")
    west = Polygon.from_bbox((37, 55, CENTRE[0], 56))
    make_coverage("4G", area=MultiPolygon(west, srid=4326))
    make_coverage("2G")
    make_coverage("5G", area=MultiPolygon(Polygon.from_bbox((10, 10, 11, 11)), srid=4326))

    assert said(spot()) == {"no_coverage": ["60 % of the complaints lie outside the 4G coverage"]}


def test_where_no_coverage_is_drawn_nothing_is_a_hole():
    signed("no_coverage", "hole")
    far = Polygon.from_bbox((10, 10, 11, 11))
    make_coverage("4G", area=MultiPolygon(far, srid=4326))

    assert said(spot()) == {}


def test_earlier_spots_of_the_topic_speak_for_their_cause():
    tilt = make_cause("tilt")
    for _ in range(5):
        make_spot(state="closed", cause=tilt, fixed_at=NOW - timedelta(days=3))

    assert said(spot()) == {
        "tilt": ["it was the cause of 100 % of 5 earlier spots with this topic here"]
    }


@pytest.mark.parametrize(
    "fields",
    [
        {"starts_at": NOW + timedelta(hours=1)},
        {"starts_at": NOW - timedelta(days=3), "ends_at": NOW - timedelta(days=2)},
        {"area": Polygon.from_bbox((10, 10, 11, 11))},
    ],
)
def test_what_is_elsewhere_in_time_or_place_says_nothing(fields):
    signed("power", "outage")
    outage(**fields)

    assert said(spot()) == {}


def test_another_brands_network_and_an_archived_cause_say_nothing():
    signed("power", "outage")
    outage(brand=make_brand("rival"))
    assert said(spot()) == {}
    outage()
    assert said(spot(), walls=Walls(brands=frozenset(), regions=None)) == {}
    Cause.objects.update(archived_at=NOW)

    assert said(spot()) == {}


def test_the_reasons_speak_russian():
    signed("power", "outage")
    outage(site_looking_east())

    [reason] = said(spot(), "ru")["power"]
    assert "60 %" in reason


@pytest.mark.parametrize("times", [1, 8])
def test_the_helper_asks_six_questions_whatever_there_is(django_assert_max_num_queries, times):
    signed("power", "outage")
    case = spot()
    for number in range(times):
        site = make_site(f"S{number}")
        Sector.objects.create(site=site, azimuth=90, beam_width=120)
        outage(site)
        make_coverage("4G")

    with django_assert_max_num_queries(6):
        suggestions_for(case, walls=NO_WALLS, now=NOW)


def test_each_site_near_by_is_reckoned_once_and_others_not(monkeypatch):
    signed("power", "outage")
    case, near, far = spot(), site_looking_east(), make_site("far", lon=CENTRE[0] + 1)
    for _ in range(3):
        outage(near, far)
    outage(far)
    reckoned = []

    def noted(fan, *points):
        reckoned.append(fan.azimuth)
        return within(fan, *points)

    monkeypatch.setattr(evidence, "within", noted)

    told = said(case)["power"]

    assert len(told) == 3
    assert all("60 % of the complaints" in one for one in told)
    assert reckoned == [90]


def page(client, case) -> str:
    return client.get(f"/admin/spots/spot/{case.pk}/change/").content.decode()


def test_the_page_offers_the_cause_to_who_may_set_it(signed_in):
    cause = signed("power", "outage")
    now = timezone.now()
    case = spot(started_at=now - timedelta(hours=1))
    outage(starts_at=now - timedelta(hours=1))

    assert f'data-cause="{cause.pk}"' in page(signed_in("engineer"), case)
    shown = page(signed_in("planner"), case)
    assert 'id="suggested"' in shown
    assert "data-cause" not in shown


def test_a_case_that_has_ended_needs_no_suggestion(signed_in):
    assert 'id="suggested"' not in page(signed_in(), make_spot(state="closed"))


# How good they were


def planned(case, cause, at=NOW, **facts):
    return make_event(case, "planned", at=at, facts={"cause": cause.pk, **facts})


def outcome(event):
    row = SuggestionOutcome.objects.get(event=event)
    return row.first and row.first.code, row.sign, row.place, row.chosen.code


def test_a_choice_is_counted_beside_what_was_suggested():
    power, tilt = signed("power", "outage"), make_cause("tilt")
    outage(make_site("1204"))
    taken, other = planned(spot(), power), planned(spot(), tilt)
    unsuggested = planned(make_spot(centre=make_site("far", lon=20).point), tilt)

    assert count_outcomes(now=NOW) == 3

    assert outcome(taken) == ("power", "outage", 1, "power")
    assert outcome(other) == ("power", "outage", None, "tilt")
    assert outcome(unsuggested) == (None, "", None, "tilt")
    assert count_outcomes(now=NOW) == 0


def test_the_tree_of_causes_is_read_once_for_all_choices():
    power = signed("power", "outage")
    for _ in range(3):
        planned(spot(), power)

    with CaptureQueriesContext(connection) as asked:
        assert count_outcomes(now=NOW) == 3

    ordered = [one for one in asked if 'FROM "spots_cause"' in one["sql"] and "ORDER" in one["sql"]]
    assert len(ordered) == 1


def test_a_choice_on_the_page_is_counted(signed_in):
    power = signed("power", "outage")
    case = spot()
    by = make_user("engineer")
    eta_at = NOW + timedelta(hours=4)

    cases.plan(case_id=case.pk, cause=power, eta_at=eta_at, by=by, now=NOW)
    cases.plan(case_id=case.pk, cause=power, eta_at=eta_at + timedelta(hours=1), by=by, now=NOW)

    assert count_outcomes(now=NOW) == 1  # the term alone is no choice


def test_choices_of_long_ago_are_let_be():
    planned(spot(), make_cause(), at=NOW - timedelta(days=8))

    assert count_outcomes(now=NOW) == 0


def test_the_list_says_how_often_the_first_was_taken(signed_in):
    power, tilt = signed("power", "outage"), make_cause("tilt")
    outage(make_site("1204"))
    for cause in (power, power, power, tilt):
        planned(spot(), cause)
    count_outcomes(now=NOW)

    answer = signed_in("planner").get("/admin/spots/suggestionoutcome/")

    [row] = answer.context["acceptance"]
    assert (row["n"], row["first"], row["any"]) == (4, "75 %", "75 %")
