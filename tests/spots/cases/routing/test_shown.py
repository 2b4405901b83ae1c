"""What the queue and the spot page say about routing, and to whom."""

from datetime import timedelta

import pytest
from django.utils import timezone

from spots.cases import transitions
from spots.cases.transitions import giving
from spots.routing.transitions import switch_off_broken
from tests.factories import (
    NOW,
    make_brand,
    make_complaint,
    make_routing_rule,
    make_spot,
    make_team,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db
QUEUE = "/admin/spots/spot/"


@pytest.fixture(autouse=True)
def _english(settings):
    settings.LANGUAGE_CODE = "en"


def alarms(client, page=QUEUE):
    return [alarm.text for alarm in client.get(page).context["alarms"]]


def test_what_no_rule_took_is_above_the_queue_with_the_age_of_the_oldest(signed_in):
    team = make_team("duty", catch_all=True)
    now = timezone.now()
    for hours in (1, 5):
        make_spot(team=team, state="routed", opened_at=now - timedelta(hours=hours, minutes=1))
    make_spot(team=team, state="accepted")  # somebody has it
    make_spot(team=make_team(), state="routed")

    (said,) = alarms(signed_in())

    assert "2 spots lie with “Duty”" in said
    assert "5 h 1 min" in said


def test_without_a_catch_all_a_spot_without_a_team_is_said_first(signed_in):
    make_spot()

    (said,) = alarms(signed_in())

    assert "no team takes the rest" in said


@pytest.mark.parametrize("role", ["engineer", "agent", "planner"])
def test_who_cannot_route_is_not_alarmed(signed_in, role):
    make_spot()

    assert alarms(signed_in(role)) == []


def test_another_brands_spots_are_not_counted(signed_in):
    make_spot(brand=make_brand("other"))

    assert alarms(signed_in()) == []


def test_an_administrator_is_told_of_broken_rules_on_the_queue_and_on_the_list(signed_in):
    make_team("duty", catch_all=True)
    make_routing_rule("radio", order=7).team.members.clear()
    switch_off_broken(now=NOW)
    client = signed_in("administrator")

    for page in (QUEUE, "/admin/spots/routingrule/"):
        (said,) = alarms(client, page)
        assert "7 (its team has no members)" in said


@pytest.mark.parametrize(
    ("catch_all", "said"),
    [
        (lambda: None, "such spots stay without a team"),
        (lambda: make_team("duty", catch_all=True, members=()), "has no members"),
    ],
)
def test_an_administrator_is_told_that_nobody_takes_the_rest(signed_in, catch_all, said):
    catch_all()

    (alarm,) = alarms(signed_in("administrator"))

    assert said in alarm


def page_of(client, case):
    return client.get(f"{QUEUE}{case.pk}/change/").content.decode()


def test_the_page_says_which_rule_and_why_and_why_no_other(signed_in):
    make_routing_rule("voice", order=3, topics=[make_topic("voice")])
    make_routing_rule("radio", order=5, topics=[make_topic()], technologies=["4G"])
    spot = make_spot(complaints=[make_complaint()], technologies=["4G"])
    giving.routed_by_rules(spot, by=None, now=NOW)

    page = page_of(signed_in(), spot)

    for said in (
        "By rule 5",
        "Topic: No signal 100 %",
        "Technology: 4G",
        "Rule 3: not by its topic",
        "Left to be taken",
    ):
        assert said in page, said


def test_the_page_says_who_took_it_from_whom_and_why(signed_in):
    spot = make_spot(team=make_team(), state="routed")
    move = {"case_id": spot.pk, "by": make_user("dispatcher"), "now": NOW}
    transitions.route(team=make_team("power"), reason="other_area", **move)

    page = page_of(signed_in(), spot)

    assert "Taken from “Radio”: another team looks after this area." in page


def test_the_page_of_a_spot_whose_rule_is_deleted_still_opens(signed_in):
    rule = make_routing_rule("radio")
    spot = make_spot(complaints=[make_complaint()])
    giving.routed_by_rules(spot, by=None, now=NOW)
    rule.delete()

    assert "By rule that is deleted" in page_of(signed_in("administrator"), spot)
