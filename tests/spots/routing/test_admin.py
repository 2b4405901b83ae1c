"""Teams, rules, shifts and absences as people edit them."""

import pytest
from django.contrib.gis.geos import Polygon

from spots.models import Absence, Duty, RoutingRule, Team
from spots.routing.transitions import switch_off_broken
from tests.factories import (
    NOW,
    make_absence,
    make_brand,
    make_cause,
    make_duty,
    make_region,
    make_routing_rule,
    make_team,
    make_topic,
    make_user,
    make_working_time,
)

pytestmark = pytest.mark.django_db
RULES, TEAMS = "/admin/spots/routingrule/", "/admin/spots/team/"
DUTIES, ABSENCES = "/admin/spots/duty/", "/admin/spots/absence/"


@pytest.fixture(name="chief")
def _chief(signed_in, settings):
    settings.LANGUAGE_CODE = "en"
    return signed_in("administrator")


def errors_of(answer):
    assert answer.status_code == 200
    return answer.context["adminform"].form.errors


def rule_typed(**fields):
    return {"order": 1, "active": "on", "team": make_team().pk, **fields}


def test_a_rule_keeps_all_that_was_typed(chief):
    area = Polygon.from_bbox((37.5, 55.7, 37.7, 55.8)).json
    sent = rule_typed(
        brand=make_brand().pk,
        region=make_region().pk,
        area=area,
        kind="spot",
        technologies=["4G", "5G"],
        topics=[make_topic().pk],
        topics_share=60,
        causes=[make_cause().pk],
        segments="vip, b2b",
        segments_share=20,
        weekdays=["0", "6"],
        hours_from="22:00",
        hours_until="06:00",
    )

    answer = chief.post(f"{RULES}add/", sent)

    assert answer.status_code == 302, errors_of(answer)
    rule = RoutingRule.objects.get()
    assert (rule.area.geom_type, rule.kind) == ("MultiPolygon", "spot")
    assert (rule.technologies, rule.segments, rule.weekdays) == (
        ["4G", "5G"],
        ["vip", "b2b"],
        [0, 6],
    )
    assert (rule.topics_share, rule.segments_share) == (0.6, 0.2)
    assert (list(rule.topics.all()), list(rule.causes.all())) == ([make_topic()], [make_cause()])
    page = chief.get(f"{RULES}{rule.pk}/change/").content.decode()
    assert 'value="60"' in page
    listed = chief.get(RULES).content.decode()
    assert "22:00–06:00" in listed
    assert "vip / b2b from 20 %" in listed


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"hours_from": "08:00"}, "hours_until"),
        ({"hours_from": "08:00", "hours_until": "08:00"}, "hours_until"),
        ({"topics_share": 101}, "topics_share"),
        ({"segments_share": -1}, "segments_share"),
        ({"area": "POINT(37 55)"}, "area"),
        ({"area": '{"type": "Polygon"}'}, "area"),
        ({"area": "POLYGON((37 55, 38 56, 38 55, 37 56, 37 55))"}, "area"),
        ({"weekdays": ["7"]}, "weekdays"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(chief, sent, field):
    assert field in errors_of(chief.post(f"{RULES}add/", rule_typed(**sent)))


def test_a_rule_for_an_empty_team_is_saved_only_switched_off(chief):
    empty = make_team("empty", members=())

    assert "team" in errors_of(chief.post(f"{RULES}add/", rule_typed(team=empty.pk)))
    chief.post(f"{RULES}add/", rule_typed(team=empty.pk, active=""))

    assert not RoutingRule.objects.get().active


def test_an_archived_team_is_not_offered_to_a_rule(chief):
    old = make_team("old", archived=True)

    assert "team" in errors_of(chief.post(f"{RULES}add/", rule_typed(team=old.pk)))


def test_a_broken_rule_says_so_and_is_mended_by_making_it_active_again(chief):
    rule = make_routing_rule()
    rule.team.members.clear()
    switch_off_broken(now=NOW)
    page = f"{RULES}{rule.pk}/change/"
    assert "Switched itself off on" in chief.get(page).content.decode()

    assert "team" in errors_of(chief.post(page, rule_typed()))  # as long as nobody is in it
    rule.team.members.add(make_user("engineer"))
    chief.post(page, rule_typed())

    rule.refresh_from_db()
    assert (rule.active, rule.fault, rule.fault_at) == (True, "", None)


def team_typed(**fields):
    return {"name": "Duty", "code": "duty", "strategy": "leave", **fields}


def test_to_choose_a_catch_all_takes_it_from_the_other_team(chief):
    old = make_team("old", catch_all=True)

    answer = chief.post(f"{TEAMS}add/", team_typed(catch_all="on"))

    assert answer.status_code == 302, errors_of(answer)
    old.refresh_from_db()
    assert not old.catch_all
    assert Team.objects.get(catch_all=True).code == "duty"


def test_the_catch_all_is_neither_given_up_archived_nor_deleted(chief):
    team = make_team("duty", catch_all=True)
    page = f"{TEAMS}{team.pk}/"

    assert "catch_all" in errors_of(chief.post(f"{page}change/", team_typed()))
    archived = team_typed(catch_all="on", archived="on")
    assert "archived" in errors_of(chief.post(f"{page}change/", archived))
    assert chief.post(f"{page}delete/", {"post": "yes"}).status_code == 403

    team.refresh_from_db()
    assert team.catch_all


def test_to_empty_or_archive_a_team_switches_its_rules_off_at_once(chief):
    rule = make_routing_rule("duty")
    page = f"{TEAMS}{rule.team_id}/change/"

    chief.post(page, team_typed(members=[]))

    rule.refresh_from_db()
    assert (rule.active, rule.fault) == (False, "members")


def test_a_team_keeps_the_history_of_its_members(chief):
    team = make_team("duty")
    new = make_user("engineer")

    chief.post(f"{TEAMS}{team.pk}/change/", team_typed(members=[new.pk]))

    newest = team.history.latest("history_id")
    assert [row.user for row in newest.members.all()] == [new]
    assert chief.get(f"{TEAMS}{team.pk}/history/").status_code == 200


def test_shifts_and_absences_are_planned_by_whoever_leads_the_shift(signed_in):
    team = make_team(members=(make_user("engineer"), make_user("engineer")))
    one, other = team.members.order_by("pk")
    client = signed_in("supervisor")
    shifts = {
        "user": one.pk,
        "working_time": make_working_time().pk,
        "technologies": ["4G"],
        "topics": [make_topic().pk],
    }
    away = {
        "user": one.pk,
        "since_0": "2026-03-25",
        "since_1": "09:00",
        "until_0": "2026-03-30",
        "until_1": "09:00",
        "deputy": other.pk,
    }

    for page, sent in ((DUTIES, shifts), (ABSENCES, away)):
        answer = client.post(f"{page}add/", sent)
        assert answer.status_code == 302, errors_of(answer)

    assert Duty.objects.get().technologies == ["4G"]
    assert Absence.objects.get().deputy == other
    for page in (DUTIES, ABSENCES):
        assert client.get(page).status_code == 200
    again = client.post(f"{ABSENCES}add/", away)
    assert again.status_code == 200
    assert Absence.objects.count() == 1


def test_people_of_another_brand_are_neither_listed_nor_offered(signed_in):
    stranger = make_user("engineer", everywhere=False, last_name="Stranger")
    stranger.brands.add(make_brand("other"))
    stranger.regions.add(make_region())
    make_team("others", members=(stranger,))
    duty, absence = make_duty(stranger), make_absence(stranger)
    client = signed_in("supervisor")

    for page, row in ((DUTIES, duty), (ABSENCES, absence)):
        for shown in (client.get(page), client.get(f"{page}add/")):
            assert "Stranger" not in shown.content.decode()
        assert client.get(f"{page}{row.pk}/change/").status_code != 200


@pytest.mark.parametrize("count", [1, 15])
@pytest.mark.parametrize("page", [RULES, TEAMS, DUTIES, ABSENCES])
def test_a_list_takes_the_same_queries_however_long(
    signed_in, django_assert_max_num_queries, page, count
):
    for number in range(count):
        make_routing_rule(
            f"team{number}", order=number + 1, topics=[make_topic()], causes=[make_cause()]
        )
        person = make_user("engineer")
        make_duty(person, topics=[make_topic()])
        make_absence(person, deputy=make_user("engineer"))
    client = signed_in("supervisor" if page in (DUTIES, ABSENCES) else "administrator")

    with django_assert_max_num_queries(15):
        assert client.get(page).status_code == 200
