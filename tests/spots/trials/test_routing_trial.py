"""A routing rule tried on the last 30 days: what it says is what it then does."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaints.customers.walls import NO_WALLS, Walls
from spots.cases.transitions import giving
from spots.models import Case, RoutingRule
from spots.routing.in_force import rule_of
from spots.trials.forms_routing import RoutingRuleForm
from spots.trials.routing import Attempt, attempt
from tests.factories import (
    CENTRE,
    NOW,
    make_brand,
    make_complaint,
    make_customer,
    make_region,
    make_routing_rule,
    make_spot,
    make_team,
    make_topic,
)

pytestmark = pytest.mark.django_db
TRY = reverse("admin:spots_routingrule_try")


def routed(**fields: Any) -> Case:
    """A spot of one complaint, routed by the rules of this moment."""
    topic = fields.pop("topic", None) or make_topic()
    at = fields.pop("at", NOW)
    case = make_spot(complaints=[make_complaint(topic=topic)], topic=topic, **fields)
    giving.routed_by_rules(case, by=None, now=at)
    return case


def typed(**fields: Any) -> dict[str, Any]:
    return {"order": 1, "active": "on", "team": make_team("other").pk, **fields}


def tried(rule: RoutingRule | None = None, *, walls: Walls = NO_WALLS, **fields: Any) -> Attempt:
    form = RoutingRuleForm(typed(**fields), instance=rule)
    assert form.is_valid(), form.errors
    active = form.cleaned_data["active"]
    return attempt(form.as_rule(), active=active, walls=walls, now=NOW + timedelta(hours=1))


def test_a_new_rule_says_what_it_would_have_moved_and_saves_nothing():
    make_routing_rule("radio", order=5)
    voice = [routed(topic=make_topic("voice")) for _ in range(2)]
    routed()

    result = tried(topics=[make_topic("voice").pk])

    assert (result.tried, result.taken) == (3, 2)
    assert [one.case for one in result.moved] == voice[::-1]
    assert {(one.was.code, one.would.code) for one in result.moved} == {("radio", "other")}
    assert RoutingRule.objects.count() == 1


def test_a_rule_behind_the_one_that_matches_moves_nothing():
    make_routing_rule("radio", order=5)
    routed()

    result = tried(order=9)

    assert (result.tried, result.taken, result.moved) == (1, 0, [])


def test_switching_a_rule_off_lets_the_next_one_or_the_catch_all_take_over():
    rule = make_routing_rule("radio", order=5)
    make_team("duty", catch_all=True)
    routed()

    (moved,) = tried(rule, active="", team=rule.team_id).moved

    assert (moved.was.code, moved.would.code) == ("radio", "duty")


def test_a_changed_rule_is_compared_with_itself_as_it_is():
    rule = make_routing_rule("radio", order=5)
    routed()

    assert tried(rule, order=5, team=rule.team_id).moved == []
    assert [one.would.code for one in tried(rule).moved] == ["other"]


def test_the_facts_are_those_of_then_and_not_of_now():
    make_routing_rule("radio", order=5)
    case = routed()
    Case.objects.filter(pk=case.pk).update(topic=make_topic("voice"), technologies=["5G"])
    case.memberships.all().delete()

    assert tried(topics=[make_topic("voice").pk]).taken == 0
    assert tried(topics=[make_topic().pk]).taken == 1


def test_what_people_moved_there_already_agrees():
    make_routing_rule("radio", order=5)
    agreeing, other = routed(), routed()
    Case.objects.filter(pk=agreeing.pk).update(team=make_team("other"))

    moved = {one.case: one.agrees for one in tried().moved}

    assert moved == {agreeing: True, other: False}


def test_older_cases_and_moves_by_hand_are_not_looked_at():
    make_routing_rule("radio", order=5)
    routed(at=NOW - timedelta(days=31))
    by_hand = make_spot()
    giving.routed(by_hand, make_team(), by=None, now=NOW)

    assert tried().tried == 0


def test_what_is_behind_a_wall_is_not_tried():
    make_routing_rule("radio", order=5)
    own = routed()
    routed(brand=make_brand("other"))

    walls = Walls(frozenset({own.brand_id}), frozenset({make_region().pk}))
    assert [one.case for one in tried(walls=walls).moved] == [own]


# What the trial says is what happens then, whatever the rules and the cases


conditions = st.fixed_dictionaries(
    {},
    optional={
        "topics": st.lists(st.sampled_from(["no_signal", "voice"]), min_size=1, unique=True),
        "topics_share": st.sampled_from([0, 40, 100]),
        "technologies": st.lists(st.sampled_from(["2G", "4G"]), min_size=1, unique=True),
        "segments": st.sampled_from(["vip", "vip, mass"]),
        "segments_share": st.sampled_from([0, 50]),
        "kind": st.just("spot"),
        "weekdays": st.lists(st.integers(0, 6), min_size=1, max_size=4, unique=True),
        "hours": st.sampled_from([("08:00", "20:00"), ("20:00", "08:00")]),
    },
)
some_rules = st.lists(
    st.tuples(st.integers(1, 40), st.sampled_from(["radio", "other", "power"]), conditions),
    max_size=4,
    unique_by=lambda rule: rule[0],
)
some_cases = st.lists(
    st.tuples(
        st.lists(st.sampled_from(["no_signal", "voice"]), min_size=1, max_size=3),  # complaints'
        st.lists(st.sampled_from(["2G", "4G"]), unique=True),
        st.sampled_from(["vip", "mass"]),
        st.integers(0, 6 * 24),  # hours before NOW
    ),
    min_size=1,
    max_size=5,
)


def form_of(order: int, team: str, asked: dict[str, Any], *, rule: Any = None) -> RoutingRuleForm:
    given = {**asked, "order": order, "team": make_team(team).pk, "active": "on"}
    given["topics"] = [make_topic(code).pk for code in asked.get("topics", ())]
    given["hours_from"], given["hours_until"] = given.pop("hours", ("", ""))
    form = RoutingRuleForm(given, instance=rule)
    assert form.is_valid(), form.errors
    return form


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def made(codes: list[str], technologies: list[str], segment: str, hours: int) -> Case:
    customer = make_customer(segment=segment)
    complaints = [make_complaint(topic=make_topic(code), customer=customer) for code in codes]
    opened = NOW - timedelta(hours=hours)
    return make_spot(complaints=complaints, topic=None, technologies=technologies, opened_at=opened)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(some_rules, st.data(), some_cases, st.booleans())
def test_what_a_trial_says_is_what_live_routing_does_then(db, rules, data, cases, has_rest):
    with undone():
        make_team("rest", catch_all=has_rest)
        saved = [form_of(*rule).save() for rule in rules]
        spots = [made(*case) for case in cases]
        for spot in spots:
            giving.routed_by_rules(Case.objects.get(pk=spot.pk), by=None, now=NOW)
        changed = data.draw(st.sampled_from([None, *saved]))
        taken = {rule.order for rule in saved if rule != changed}
        order = data.draw(st.integers(1, 41).filter(lambda number: number not in taken))
        edit = data.draw(conditions)

        form = form_of(order, "edited", edit, rule=changed)
        result = attempt(form.as_rule(), active=True, walls=NO_WALLS, now=NOW)
        before = {case.pk: case.team for case in Case.objects.select_related("team")}
        told = {one.case.pk: one.would for one in result.moved}
        rule = form.save()

        assert rule_of(RoutingRule.objects.whole().get(pk=rule.pk)).fault == ""
        for spot in spots:
            Case.objects.filter(pk=spot.pk).update(state="detected", team=None)
            giving.routed_by_rules(Case.objects.get(pk=spot.pk), by=None, now=NOW)
        after = {case.pk: case.team for case in Case.objects.select_related("team")}
        assert result.tried == len(spots)
        assert told == {pk: team for pk, team in after.items() if team != before[pk]}


# The page


@pytest.fixture(name="chief")
def _chief(signed_in, settings):
    settings.LANGUAGE_CODE = "en"
    return signed_in("administrator")


def test_the_page_answers_with_the_spots_and_a_map(chief):
    make_routing_rule("radio", order=5)
    case = routed(at=timezone.now(), place="Mytishchi")

    answer = chief.post(TRY, typed())

    page = answer.content.decode()
    assert "It would have moved 1 of 1 spot." in page
    assert reverse("admin:spots_spot_change", args=[case.pk]) in page
    assert answer.context["drawing"] == [[0, *case.centre.coords, str(case)]]
    assert RoutingRule.objects.count() == 1


def test_the_map_tells_no_house_of_a_single_case(chief):
    make_routing_rule("radio", order=5)
    home = Point(CENTRE[0] + 0.000417, CENTRE[1] + 0.000283, srid=4326)
    routed(at=timezone.now(), kind="single", outline=None, centre=home)

    [[_number, *place, _words]] = chief.post(TRY, typed()).context["drawing"]

    assert place == [round(home.x, 3), round(home.y, 3)]


def test_a_rule_is_tried_as_it_is_typed_over_what_is_saved(chief):
    rule = make_routing_rule("radio", order=5)
    routed(at=timezone.now())

    answer = chief.post(TRY, typed(order=5, rule=rule.pk))

    assert "1 of 1" in answer.content.decode()
    rule.refresh_from_db()
    assert rule.team.code == "radio"


def test_what_cannot_be_tried_is_said(chief):
    answer = chief.post(TRY, typed(hours_from="08:00"))

    assert answer.status_code == 400
    assert "Both hours are needed" in answer.content.decode()


@pytest.mark.parametrize("role", ["agent", "dispatcher", "engineer", "supervisor", "planner"])
def test_only_who_edits_rules_tries_them(signed_in, role):
    assert signed_in(role).post(TRY, typed()).status_code == 403


@pytest.mark.parametrize("count", [1, 25])
def test_a_trial_takes_the_same_queries_however_many_spots(
    chief, django_assert_max_num_queries, count
):
    for order in range(count):
        make_routing_rule("radio", order=order + 5, topics=[make_topic("voice")])
    for _ in range(count):
        routed(at=timezone.now())
    sent = typed()
    form = RoutingRuleForm(sent)
    assert form.is_valid()
    rule = form.as_rule()

    with django_assert_max_num_queries(6):
        result = attempt(rule, active=True, walls=NO_WALLS, now=timezone.now())
    assert len(result.moved) == count
    with django_assert_max_num_queries(25):  # half of them check the form
        page = chief.post(TRY, sent)

    assert f"{count} of {count}" in page.content.decode()
