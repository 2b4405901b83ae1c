"""Which team a new case goes to."""

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon

from spots.cases.routing import team_for
from spots.models import RoutingRule, Team
from tests.factories import (
    CENTRE,
    make_brand,
    make_complaint,
    make_region,
    make_spot,
    make_team,
    make_topic,
)

pytestmark = pytest.mark.django_db


def rule(order: int, team: str, *, topics: tuple[str, ...] = (), **fields: object) -> RoutingRule:
    row = RoutingRule.objects.create(order=order, team=make_team(team), **fields)
    row.topics.set([make_topic(code) for code in topics])
    return row


def square(lon: float, lat: float) -> MultiPolygon:
    return MultiPolygon(Polygon.from_bbox((lon - 0.1, lat - 0.1, lon + 0.1, lat + 0.1)), srid=4326)


def code_of(team: Team | None) -> str | None:
    return team.code if team else None


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
