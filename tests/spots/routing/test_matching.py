"""Which rule takes a case: each condition by itself, the order, and why the others did not."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from spots.routing.facts import Facts
from spots.routing.matching import CONDITIONS, FAULT, Passed, Rule, decide

MOSCOW = ZoneInfo("Europe/Moscow")
WEDNESDAY = datetime(2026, 3, 25, 13, 0, tzinfo=MOSCOW)
FACTS = Facts(
    kind="spot",
    brand=1,
    region=2,
    at=(37.6, 55.75),
    opened=WEDNESDAY,
    technologies=frozenset({"4G", "5G"}),
    topics={1: 0.6, 2: 0.4},
    cause=7,
    segments={"vip": 0.25, "mass": 0.75},
    complexity=frozenset({"topics"}),
)
RULE = Rule(id=1, order=1, team=1)


def takes(rule: Rule, facts: Facts = FACTS) -> bool:
    return decide([rule], facts).rule is not None


@pytest.mark.parametrize(
    ("name", "asked", "matches"),
    [
        ("brand", {"brand": 1}, True),
        ("brand", {"brand": 2}, False),
        ("region", {"region": 2}, True),
        ("region", {"region": 1}, False),
        ("kind", {"kind": "spot"}, True),
        ("kind", {"kind": "single"}, False),
        ("area", {"area": box(37, 55, 38, 56)}, True),
        ("area", {"area": box(37.6, 55.75, 38, 56)}, True),  # on its very corner
        ("area", {"area": box(30, 55, 31, 56)}, False),
        ("technologies", {"technologies": frozenset({"5G", "2G"})}, True),
        ("technologies", {"technologies": frozenset({"3G"})}, False),
        ("topics", {"topics": frozenset({1}), "topics_share": 0.6}, True),
        ("topics", {"topics": frozenset({1}), "topics_share": 0.61}, False),
        ("topics", {"topics": frozenset({1, 2}), "topics_share": 1.0}, True),
        ("topics", {"topics": frozenset({2}), "topics_share": 0.0}, True),
        ("topics", {"topics": frozenset({3}), "topics_share": 0.0}, False),
        ("cause", {"causes": frozenset({7, 8})}, True),
        ("cause", {"causes": frozenset({8})}, False),
        ("segments", {"segments": frozenset({"vip", "b2b"}), "segments_share": 0.25}, True),
        ("segments", {"segments": frozenset({"vip"}), "segments_share": 0.3}, False),
        ("complexity", {"complex_only": True}, True),
        ("when", {"weekdays": frozenset({2})}, True),
        ("when", {"weekdays": frozenset({3})}, False),
        ("when", {"hours": (time(13), time(14))}, True),
        ("when", {"hours": (time(12), time(13))}, False),
    ],
)
def test_a_condition_lets_a_case_in_or_keeps_it_out_and_says_so(name, asked, matches):
    decision = decide([replace(RULE, **asked)], FACTS)

    if matches:
        assert (decision.because, decision.passed) == ((name,), ())
    else:
        assert decision.rule is None
        assert decision.passed == (Passed(1, 1, name),)


def test_a_rule_for_complex_cases_passes_the_others_over_and_says_so():
    plain = replace(FACTS, complexity=frozenset())

    assert decide([replace(RULE, complex_only=True)], plain).passed == (Passed(1, 1, "complexity"),)
    assert takes(RULE, plain)


def test_every_condition_is_in_the_table_above():
    marks = test_a_condition_lets_a_case_in_or_keeps_it_out_and_says_so.pytestmark
    assert {row[0] for row in marks[0].args[1]} == set(CONDITIONS)


@pytest.mark.parametrize(
    ("day", "hour", "matches"),
    [
        (27, 22, True),  # Friday evening
        (28, 3, True),  # the night that began on Friday
        (28, 6, False),  # it is over
        (28, 22, False),  # Saturday's
        (27, 3, False),  # Thursday's
        (27, 21, False),
    ],
)
def test_a_night_belongs_to_the_day_on_which_it_began(day, hour, matches):
    friday_night = replace(RULE, weekdays=frozenset({4}), hours=(time(22), time(6)))
    opened = datetime(2026, 3, day, hour, 0, tzinfo=MOSCOW)

    assert takes(friday_night, replace(FACTS, opened=opened)) == matches


def test_hours_may_end_at_midnight():
    evening = replace(RULE, hours=(time(18), time(0)))

    assert takes(evening, replace(FACTS, opened=WEDNESDAY.replace(hour=23, minute=59)))
    assert not takes(evening, replace(FACTS, opened=WEDNESDAY.replace(hour=0)))


def test_three_thirds_are_a_whole():
    whole = replace(RULE, topics=frozenset({1, 2, 3}), topics_share=1.0)

    assert takes(whole, replace(FACTS, topics={1: 0.1, 2: 0.2, 3: 0.7000000000000001 - 1e-12}))


def test_a_rule_that_asks_for_nothing_takes_everything():
    assert takes(RULE, Facts(kind="single", brand=9, region=9, at=(0, 0), opened=WEDNESDAY))


def test_the_first_that_matches_decides_and_those_before_it_say_why_not():
    rules = [
        replace(RULE, id=1, order=10, brand=2),
        replace(RULE, id=2, order=20, region=2, kind="single"),
        replace(RULE, id=3, order=30, region=2, topics=frozenset({1})),
        replace(RULE, id=4, order=40),
    ]

    decision = decide(rules, FACTS)

    assert decision.rule == rules[2]
    assert decision.because == ("region", "topics")
    assert decision.passed == (Passed(1, 10, "brand"), Passed(2, 20, "kind"))


def test_a_broken_rule_is_passed_over_even_if_it_would_match():
    decision = decide([replace(RULE, fault="members"), replace(RULE, id=2, order=2)], FACTS)

    assert decision.rule is not None
    assert decision.rule.id == 2
    assert decision.passed == (Passed(1, 1, FAULT),)


def test_facts_are_read_back_as_they_were_written():
    assert Facts.from_json(FACTS.as_json()) == FACTS


shares = st.dictionaries(st.integers(1, 4), st.floats(0, 1), max_size=3)
some = st.frozensets(st.integers(1, 4), max_size=2)
rules = st.builds(
    Rule,
    id=st.integers(1, 50),
    order=st.integers(1, 50),
    team=st.integers(1, 3),
    fault=st.sampled_from(["", "", "", "members"]),
    brand=st.none() | st.integers(1, 2),
    region=st.none() | st.integers(1, 2),
    kind=st.sampled_from(["", "spot", "single"]),
    area=st.none() | st.just(box(0, 0, 1, 1)),
    technologies=st.frozensets(st.sampled_from(["2G", "4G"])),
    topics=some,
    topics_share=st.floats(0, 1),
    causes=some,
    weekdays=st.frozensets(st.integers(0, 6), max_size=5),
    hours=st.none() | st.just((time(8), time(20))) | st.just((time(20), time(8))),
)
facts = st.builds(
    Facts,
    kind=st.sampled_from(["spot", "single"]),
    brand=st.integers(1, 2),
    region=st.integers(1, 2),
    at=st.tuples(st.floats(-1, 2), st.floats(-1, 2)),
    opened=st.integers(0, 24 * 14).map(lambda hours: WEDNESDAY + timedelta(hours=hours)),
    technologies=st.frozensets(st.sampled_from(["2G", "4G"])),
    topics=shares,
    cause=st.none() | st.integers(1, 4),
)


@given(st.lists(rules, max_size=8), facts)
def test_whatever_the_rules_each_one_asked_is_accounted_for_in_order(many, case):
    decision = decide(many, case)

    asked = len(decision.passed) + (decision.rule is not None)
    assert [one.rule for one in decision.passed] == [
        rule.id for rule in many[:asked][: len(decision.passed)]
    ]
    if decision.rule is None:
        assert asked == len(many)
    else:
        assert decision.rule == many[asked - 1]
        assert not decision.rule.fault


@given(rules, facts)
def test_a_rule_that_asks_for_less_never_takes_fewer(rule, case):
    if takes(rule, case):
        for looser in (
            {"brand": None},
            {"area": None},
            {"topics": frozenset()},
            {"topics_share": 0.0},
            {"weekdays": frozenset(), "hours": None},
        ):
            assert takes(replace(rule, **looser), case), looser
