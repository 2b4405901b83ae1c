"""A rule that cannot be asked any more is passed over, switches itself off, and says so."""

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db import IntegrityError, connection, transaction

from spots.cases.routing.deciding import decision_for, facts_of
from spots.models import Case, RoutingRule, Team
from spots.routing.in_force import rules_in_force
from spots.routing.transitions import hand_over_catch_all, switch_off_broken
from tests.factories import NOW, make_cause, make_routing_rule, make_spot, make_team, make_topic

pytestmark = pytest.mark.django_db


def without_members(rule):
    rule.team.members.clear()


def with_members_who_left(rule):
    rule.team.members.update(is_active=False)


def with_an_archived_team(rule):
    Team.objects.filter(pk=rule.team_id).update(archived=True)


def with_crossed_lines(rule):
    bow = Polygon(((37, 55), (38, 56), (38, 55), (37, 56), (37, 55)), srid=4326)
    RoutingRule.objects.filter(pk=rule.pk).update(area=MultiPolygon(bow, srid=4326))


def with_a_deleted_topic(rule):
    rule.topics.add(make_topic("gone"))
    make_topic("gone").delete()


def with_a_deleted_cause(rule):
    rule.causes.add(make_cause("gone"))
    make_cause("gone").delete()


FAULTS = [
    (without_members, "members"),
    (with_members_who_left, "members"),
    (with_an_archived_team, "archived"),
    (with_crossed_lines, "area"),
    (with_a_deleted_topic, "lost"),
    (with_a_deleted_cause, "lost"),
]


@pytest.mark.parametrize(("breaks", "fault"), FAULTS)
def test_a_broken_rule_is_passed_over_at_once_and_switched_off_by_the_sweep(breaks, fault):
    broken = make_routing_rule("first", order=1)
    make_routing_rule("second", order=2)
    breaks(broken)

    decision, team = decision_for(facts_of(make_spot()))
    assert team.code == "second"
    assert [(one.rule, one.why) for one in decision.passed] == [(broken.pk, "fault")]
    assert switch_off_broken(now=NOW) == 1

    broken.refresh_from_db()
    assert (broken.active, broken.fault, broken.fault_at) == (False, fault, NOW)
    newest = broken.history.latest("history_id")
    assert (newest.history_change_reason, newest.history_date) == (broken.get_fault_display(), NOW)


@pytest.mark.parametrize(("breaks", "fault"), FAULTS)
def test_the_sweep_does_nothing_a_second_time(breaks, fault):
    broken = make_routing_rule("first")
    breaks(broken)
    switch_off_broken(now=NOW)
    versions = broken.history.count()

    assert switch_off_broken(now=NOW) == 0
    assert broken.history.count() == versions


def test_a_sound_rule_stays_on():
    rule = make_routing_rule("first", topics=[make_topic()], causes=[make_cause()])
    rule.topics.clear()  # by a person, who meant it

    assert switch_off_broken(now=NOW) == 0


def test_a_switched_off_rule_is_not_asked_and_not_looked_at():
    make_routing_rule("first", active=False).team.members.clear()

    assert rules_in_force() == []
    assert switch_off_broken(now=NOW) == 0


def test_a_move_that_is_undone_does_not_undo_the_switching_off():
    broken = make_routing_rule("first")
    without_members(broken)

    with pytest.raises(ValueError, match="undone"), transaction.atomic():
        decision_for(facts_of(make_spot()))
        raise ValueError("undone")
    switch_off_broken(now=NOW)

    broken.refresh_from_db()
    assert not broken.active
    assert not Case.objects.exists()


@pytest.mark.parametrize("count", [1, 8])
def test_rules_take_three_queries_however_many(django_assert_num_queries, count):
    for order in range(count):
        make_routing_rule(order=order + 1, topics=[make_topic()], causes=[make_cause()])

    with django_assert_num_queries(3):
        assert len(rules_in_force()) == count


@pytest.mark.parametrize(
    "nonsense",
    [
        {"fault": "members", "fault_at": NOW},  # broken and active
        {"fault": "members", "active": False},  # since when?
        {"topics_share": 1.5},
        {"segments_share": -0.1},
        {"hours_from": "08:00"},
        {"hours_from": "08:00", "hours_until": "08:00"},
        {"weekdays": [0, 7]},
    ],
)
def test_the_database_refuses_a_rule_that_makes_no_sense(nonsense):
    rule = make_routing_rule()

    with pytest.raises(IntegrityError), transaction.atomic():
        RoutingRule.objects.filter(pk=rule.pk).update(**nonsense)


def test_the_database_has_one_catch_all_at_most_and_no_archived_one():
    make_team("one", catch_all=True)

    for wrong in ({"catch_all": True}, {"catch_all": True, "archived": True}):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_team("two", **wrong)
            connection.check_constraints()


def test_a_catch_all_is_handed_over():
    one, two = make_team("one", catch_all=True), make_team("two")

    hand_over_catch_all(to=two)

    one.refresh_from_db()
    assert not one.catch_all
    assert one.history.count() > 0
