"""Which team a new case goes to, and to whom of it; and what is recorded of that."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon

from spots.cases import transitions
from spots.cases.routing.deciding import facts_of, team_for
from spots.cases.transitions import IllegalMoveError
from spots.models import Case, Event, Routing, Team
from tests.factories import (
    CENTRE,
    NOW,
    make_absence,
    make_brand,
    make_cause,
    make_complaint,
    make_coverage,
    make_customer,
    make_region,
    make_routing_rule,
    make_spot,
    make_team,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db


def rule(order: int, team: str, *, topics: tuple[str, ...] = (), **fields: Any) -> Any:
    made = [make_topic(code) for code in topics]
    return make_routing_rule(team, order=order, topics=made, **fields)


def square(lon: float, lat: float) -> MultiPolygon:
    return MultiPolygon(Polygon.from_bbox((lon - 0.1, lat - 0.1, lon + 0.1, lat + 0.1)), srid=4326)


def code_of(team: Team | None) -> str | None:
    return team.code if team else None


def opened(**fields: Any) -> Case:
    """A spot that the engine finds now, of one complaint."""
    row = {
        "brand_id": make_brand().pk,
        "region_id": make_region().pk,
        "topic_id": make_topic().pk,
        "complaint_ids": [make_complaint().pk],
        "outline": Polygon.from_bbox((37.59, 55.74, 37.61, 55.76)),
        "started_at": NOW,
        "evidence": {},
        "now": NOW,
        **fields,
    }
    return transitions.open_spot(**row)


def test_the_first_rule_that_matches_decides():
    rule(2, "second")
    rule(1, "first")

    assert code_of(team_for(make_spot())) == "first"


@pytest.mark.parametrize(
    "condition",
    [
        pytest.param(lambda: {"brand": make_brand("other")}, id="another brand"),
        pytest.param(lambda: {"region": make_region("tver", lon=36)}, id="another region"),
        pytest.param(lambda: {"area": square(30, 60)}, id="another area"),
        pytest.param(lambda: {"topics": ("slow", "voice")}, id="other topics"),
        pytest.param(lambda: {"kind": "single"}, id="another kind"),
        pytest.param(lambda: {"technologies": ["5G"]}, id="another technology"),
        pytest.param(lambda: {"causes": [make_cause()]}, id="another cause"),
        pytest.param(lambda: {"segments": ["vip"]}, id="another segment"),
        pytest.param(lambda: {"weekdays": [6]}, id="another day"),
        pytest.param(lambda: {"active": False}, id="switched off"),
    ],
)
def test_a_rule_with_a_condition_that_does_not_hold_is_passed_over(condition):
    rule(1, "wrong", **condition())
    rule(2, "right")

    assert code_of(team_for(make_spot())) == "right"


def test_a_rule_matches_by_all_its_conditions():
    rule(
        1,
        "exact",
        brand=make_brand(),
        region=make_region(),
        area=square(*CENTRE),
        topics=("voice", "no_signal"),
    )

    assert code_of(team_for(make_spot())) == "exact"
    assert code_of(team_for(make_spot(centre=Point(37.2, 55.5, srid=4326)))) is None


def test_what_no_rule_matches_goes_to_the_catch_all_team():
    rule(1, "wrong", active=False)
    make_team("everything", catch_all=True)

    assert code_of(team_for(make_spot())) == "everything"


def test_a_case_of_several_topics_is_routed_by_the_one_most_complaints_have():
    rule(1, "voice", topics=("voice",))
    rule(2, "data", topics=("slow",))
    complaints = [make_complaint(topic=make_topic(code)) for code in ("slow", "voice", "slow")]

    assert code_of(team_for(make_spot(complaints=complaints, topic=None))) == "data"


def test_what_anybody_may_send_changes_no_share():
    known = make_complaint(topic=make_topic("slow"), customer=make_customer(segment="vip"))
    forms = [make_complaint(topic=make_topic("voice"), proven=False) for _ in range(3)]

    facts = facts_of(make_spot(complaints=[known, *forms], topic=None))

    assert facts.topics == {make_topic("slow").pk: 1}
    assert facts.segments == {"vip": 1}


def test_the_facts_of_a_case_are_its_shares_and_its_local_time():
    two_of_one = make_customer(segment="vip")
    complaints = [
        make_complaint(customer=two_of_one),
        make_complaint(customer=two_of_one, topic=make_topic("slow")),
        make_complaint(customer=make_customer(segment="mass")),
        make_complaint(customer=make_customer(segment="mass")),
    ]
    spot = make_spot(complaints=complaints, cause=make_cause(), opened_at=NOW)

    facts = facts_of(spot)

    assert facts.topics == {make_topic().pk: 0.75, make_topic("slow").pk: 0.25}
    assert facts.main_topic == make_topic().pk
    assert facts.segments == {"vip": 1 / 3, "mass": 2 / 3}
    assert (facts.cause, facts.at, facts.kind) == (make_cause().pk, CENTRE, "spot")
    assert (facts.opened, facts.opened.hour) == (NOW, 13)


def test_technologies_are_those_named_else_those_that_should_work_there():
    make_coverage("4G")
    make_coverage("5G", area=square(30, 60))
    make_coverage("2G", brand=make_brand("other"))

    assert facts_of(make_spot()).technologies == {"4G"}
    assert facts_of(make_spot(technologies=["5G"])).technologies == {"5G"}


def test_what_decided_is_kept_with_its_version_and_why_the_others_did_not():
    passed = rule(1, "voice", topics=("voice",))
    taker = rule(2, "radio", region=make_region(), topics=("no_signal",))

    case = opened()

    routing, event = Routing.objects.get(), Event.objects.get(kind="routed")
    version = taker.history.first().history_id
    assert (routing.case, routing.by_rules, routing.to_team) == (case, True, taker.team)
    assert (routing.rule, routing.version) == (taker.pk, version)
    assert (routing.because, routing.passed) == (["region", "topics"], [[passed.pk, 1, "topics"]])
    assert routing.facts["topics"] == {str(make_topic().pk): 1.0}
    assert (event.facts["rule"], event.facts["rule_version"]) == (taker.pk, version)


def test_without_rule_and_catch_all_a_case_stays_detected_and_that_is_kept_too():
    rule(1, "voice", topics=("voice",))

    case = opened()

    routing = Routing.objects.get()
    assert (case.state, case.team) == ("detected", None)
    assert (routing.to_team, routing.rule, len(routing.passed)) == (None, None, 1)
    assert not Event.objects.filter(kind="routed").exists()


def test_to_take_a_case_from_a_team_a_person_says_why():
    case, other, by = opened(), make_team("other"), make_user("dispatcher")
    move = {"case_id": case.pk, "by": by, "now": NOW}
    transitions.route(team=make_team(), **move)  # it had none: there is nothing to explain

    for said in ({}, {"reason": "because"}, {"reason": "other"}, {"reason": "other", "note": " "}):
        with pytest.raises(IllegalMoveError):
            transitions.route(team=other, **said, **move)
    transitions.route(team=make_team(), **move)  # the same team
    transitions.route(team=other, reason="other_area", **move)

    last = Routing.objects.latest("pk")
    assert (last.from_team, last.to_team, last.reason) == (make_team(), other, "other_area")
    assert (last.by, last.by_rules) == (by, False)
    assert Event.objects.latest("pk").facts["reason"] == "other_area"


def test_nothing_is_routed_to_an_archived_team():
    case, archived = opened(), make_team("old", archived=True)

    with pytest.raises(IllegalMoveError, match="Old"):
        transitions.route(case_id=case.pk, team=archived, by=None, now=NOW)


def sharing(*people: Any, code: str = "radio") -> Team:
    return make_team(code, members=people, strategy="least_loaded")


def test_the_least_loaded_of_the_team_is_the_engineer_and_the_record_says_why():
    busy, free = make_user("engineer"), make_user("engineer")
    team = sharing(busy, free)
    make_spot(state="accepted", team=team, engineer=busy)
    make_spot(state="closed", team=team, engineer=free, ended_at=NOW)  # no load any more
    rule(1, "radio")

    case = opened()

    routing = Routing.objects.get()
    assert (case.state, case.engineer, routing.engineer) == ("routed", free, free)
    assert routing.chosen == {
        "person": free.pk,
        "why": "skilled",
        "among": 2,
        "load": 0,
        "stands_in": None,
    }


def test_a_team_that_takes_its_cases_by_itself_is_given_no_engineer():
    rule(1, "radio")

    case = opened()

    assert (case.engineer, Routing.objects.get().chosen["why"]) == (None, "left")


def test_who_waited_longest_comes_next():
    people = [make_user("engineer") for _ in range(3)]
    sharing(*people)
    rule(1, "radio")
    for hour in range(3):
        case = opened(now=NOW + timedelta(hours=hour))
        Case.objects.filter(pk=case.pk).update(state="fixed", fixed_at=NOW)  # no load any more

    fourth = opened(now=NOW + timedelta(hours=3))

    given = list(Routing.objects.order_by("pk").values_list("engineer", flat=True))
    assert given[:3] == [one.pk for one in people]
    assert fourth.engineer == people[0]


def test_a_deputy_gets_what_would_come_to_the_absent_one():
    away, deputy = make_user("engineer"), make_user("engineer")
    make_absence(away, deputy=deputy)
    sharing(away)
    rule(1, "radio")

    case = opened()

    assert case.engineer == deputy
    assert Routing.objects.get().chosen["stands_in"] == away.pk


def test_a_rule_for_nights_is_asked_on_the_clock_of_the_region():
    rule(1, "night", hours_from="22:00", hours_until="06:00")
    make_team("day", catch_all=True)

    night = opened(now=datetime(2026, 3, 25, 20, 0, tzinfo=UTC))  # 23:00 in Moscow
    day = opened(now=datetime(2026, 3, 25, 18, 0, tzinfo=UTC))

    assert (night.team.code, day.team.code) == ("night", "day")


def test_a_split_part_of_nobodys_case_is_routed_by_the_rules():
    complaints = [make_complaint() for _ in range(4)]
    whole = make_spot(complaints=complaints)
    rule(1, "radio")

    part = transitions.split(case_id=whole.pk, complaint_ids=[complaints[0].pk], by=None, now=NOW)

    assert (part.team.code, Routing.objects.get().by_rules) == ("radio", True)


@pytest.mark.parametrize("count", [1, 9])
def test_routing_takes_the_same_queries_however_many_rules_and_people(
    django_assert_max_num_queries, count
):
    sharing(*(make_user("engineer") for _ in range(count)))
    for order in range(count):
        rule(order + 2, "radio", topics=("voice",))
    rule(1, "radio")
    spot = make_spot(complaints=[make_complaint() for _ in range(count)])

    with django_assert_max_num_queries(26):
        transitions.route(case_id=spot.pk, team=make_team(), by=None, now=NOW)
