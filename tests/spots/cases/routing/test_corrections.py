"""What people did before with such spots, and what the rules say now, is offered with one click."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from spots.cases import transitions
from spots.cases.routing.corrections import suggestions_for
from spots.cases.transitions import giving
from spots.models import Case, Routing
from tests.factories import (
    NOW,
    make_brand,
    make_cause,
    make_complaint,
    make_routing_rule,
    make_spot,
    make_team,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def come_to_radio(**fields: Any) -> Case:
    """A spot that the rules gave to the team Radio."""
    case = make_spot(
        complaints=[make_complaint(brand=fields.get("brand") or make_brand())], **fields
    )
    giving.routed_by_rules(case, by=None, now=NOW)
    return case


def moved_on(case: Case, to: str, reason: str = "not_ours") -> None:
    transitions.route(
        case_id=case.pk, team=make_team(to), reason=reason, by=make_user("dispatcher"), now=NOW
    )


def habit_of(moved: int, stayed: int, **fields: Any) -> None:
    make_routing_rule("radio", order=1)
    for number in range(moved + stayed):
        case = come_to_radio(**fields)
        if number < moved:
            moved_on(case, "optimisation")


def offered(case: Case) -> list[str]:
    return [one.team.code for one in suggestions_for(case, now=LATER)]


def test_where_such_spots_were_moved_is_offered_with_how_often():
    habit_of(moved=8, stayed=1)

    (found,) = suggestions_for(come_to_radio(), now=LATER)

    assert (found.team.code, found.reason) == ("optimisation", "not_ours")
    assert "8" in found.why
    assert "9" in found.why


@pytest.mark.parametrize(("moved", "stayed"), [(2, 0), (3, 4)])
def test_what_is_no_habit_is_not_offered(moved, stayed):
    habit_of(moved, stayed)

    assert offered(come_to_radio()) == []


@pytest.mark.parametrize("reason", ["overload", "nobody"])
def test_a_team_that_had_no_time_teaches_nothing(reason):
    make_routing_rule("radio", order=1)
    for _ in range(4):
        moved_on(come_to_radio(), "optimisation", reason)

    assert offered(come_to_radio()) == []


def test_what_was_moved_back_was_not_moved():
    habit_of(moved=3, stayed=0)
    for case in Case.objects.filter(team__code="optimisation"):
        moved_on(case, "radio")

    assert offered(come_to_radio()) == []


def test_what_another_brand_does_is_not_known():
    habit_of(moved=5, stayed=0, brand=make_brand("other"))

    assert offered(come_to_radio()) == []


def test_what_was_long_ago_is_forgotten():
    habit_of(moved=5, stayed=0)
    case = come_to_radio()

    assert suggestions_for(case, now=NOW + timedelta(days=181)) == []


def test_an_archived_team_is_not_offered():
    habit_of(moved=5, stayed=0)
    team = make_team("optimisation")
    team.archived = True
    team.save()

    assert offered(come_to_radio()) == []


def test_a_cause_that_is_known_by_now_lets_another_rule_match():
    make_routing_rule("radio", order=2)
    make_routing_rule("power", order=1, causes=[make_cause()])
    case = come_to_radio()
    assert offered(case) == []

    Case.objects.filter(pk=case.pk).update(cause=make_cause())

    (found,) = suggestions_for(Case.objects.get(pk=case.pk), now=LATER)
    assert (found.team.code, found.reason) == ("power", "other_cause")


def test_one_click_on_the_page_moves_the_spot_and_keeps_why(signed_in):
    habit_of(moved=4, stayed=0)
    case = come_to_radio()
    client, address = signed_in(), f"/admin/spots/spot/{case.pk}/"

    with time_machine.travel(LATER, tick=False):
        buttons = client.get(f"{address}change/").context["buttons"]
        (found,) = next(one.suggestions for one in buttons if one.name == "route")
        sent = {"team": found.team.pk, "reason": found.reason, "note": found.why}
        client.post(f"{address}move/route/", sent)

    last = Routing.objects.latest("pk")
    assert (last.case, last.to_team, last.reason) == (case, found.team, "not_ours")


def test_without_a_reason_the_form_comes_back(signed_in):
    case = come_to_radio(team=make_team(), state="routed")
    address = f"/admin/spots/spot/{case.pk}/move/route/"
    client = signed_in()

    for sent in ({}, {"reason": "other"}):
        answer = client.post(address, {"team": make_team("other").pk, **sent})
        assert answer.status_code == 400

    case.refresh_from_db()
    assert case.team == make_team()


def test_several_spots_taken_from_their_teams_need_a_reason_too(signed_in):
    spots = [make_spot(team=make_team(), state="routed") for _ in range(2)]
    chosen = {"action": "route_chosen", "_selected_action": [spot.pk for spot in spots]}
    sent = {**chosen, "team": make_team("other").pk}
    client = signed_in()

    client.post("/admin/spots/spot/", sent)
    assert not Routing.objects.exists()
    client.post("/admin/spots/spot/", {**sent, "reason": "overload"})

    assert Routing.objects.filter(reason="overload", from_team=make_team()).count() == 2


@pytest.mark.parametrize("count", [3, 12])
def test_suggestions_take_the_same_queries_however_much_is_remembered(
    django_assert_max_num_queries, count
):
    habit_of(moved=count, stayed=0)
    case = Case.objects.select_related("region").get(pk=come_to_radio().pk)
    make_topic("other")

    with django_assert_max_num_queries(12):
        suggestions_for(case, now=LATER)
