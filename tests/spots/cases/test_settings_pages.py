"""What an administrator sets up: teams, causes, routing rules, priority weights."""

import pytest
from django.contrib.gis.geos import Polygon

from spots.cases.routing.deciding import team_for
from spots.models import Event, FixCheck, RoutingRule
from tests.factories import NOW, make_brand, make_spot, make_team, make_user

pytestmark = pytest.mark.django_db

PAGES = ("team", "cause", "routingrule", "priorityweights", "importantplace")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    "role", ["agent", "dispatcher", "engineer", "supervisor", "planner", "administrator"]
)
def test_only_an_administrator_sets_things_up(signed_in, role, page):
    client, status = signed_in(role), 200 if role == "administrator" else 403

    for view in ("", "add/"):
        assert client.get(f"/admin/spots/{page}/{view}").status_code == status


def test_a_routing_rule_is_drawn_as_geojson_and_keeps_its_history(signed_in):
    spot, team, client = make_spot(), make_team(), signed_in("administrator")
    area = Polygon.from_bbox((37.5, 55.7, 37.7, 55.8)).json
    given = {"order": 1, "active": "on", "team": team.pk, "area": area}

    answer = client.post("/admin/spots/routingrule/add/", given)

    assert answer.status_code == 302, answer.context["adminform"].form.errors
    rule = RoutingRule.objects.get()
    assert (rule.area.geom_type, rule.area.srid) == ("MultiPolygon", 4326)
    assert team_for(spot) == team
    assert client.get("/admin/spots/routingrule/").status_code == 200
    page = f"/admin/spots/routingrule/{rule.pk}/"
    client.post(page + "change/", {**given, "active": ""})
    assert rule.history.count() == 2
    for view in ("change/", "history/"):
        assert client.get(page + view).status_code == 200


@pytest.mark.parametrize("area", ["POINT(37 55)", "here", '{"type": "Polygon"}'])
def test_an_area_that_is_no_polygon_is_refused(signed_in, area):
    given = {"order": 1, "active": "on", "team": make_team().pk, "area": area}

    answer = signed_in("administrator").post("/admin/spots/routingrule/add/", given)

    assert "area" in answer.context["adminform"].form.errors


def test_the_record_of_moves_is_read_within_walls(signed_in):
    for brand in ("demo", "other"):
        spot = make_spot(brand=make_brand(brand))
        Event.objects.create(case=spot, kind="noted", at=NOW, note=f"note of {brand}")

    page = signed_in("supervisor").get("/admin/spots/event/").content.decode()

    assert "note of demo" in page
    assert "note of other" not in page


def test_the_record_of_moves_is_written_by_nobody(signed_in):
    event = Event.objects.create(case=make_spot(), kind="noted", at=NOW, note="as it was")
    client = signed_in(make_user("administrator", is_superuser=True))

    client.post(f"/admin/spots/event/{event.pk}/change/", {"note": "rewritten"})
    client.post(f"/admin/spots/event/{event.pk}/delete/", {"post": "yes"})

    assert Event.objects.get().note == "as it was"


def test_the_check_of_fixes_is_one_row_that_an_administrator_changes(signed_in):
    client = signed_in("administrator")
    FixCheck.objects.get_or_create(pk=1)
    said = {"hours": 12, "grace_h": 1, "high_at": 5, "answers": 4, "unhappy_share": 0.6}

    assert client.get("/admin/spots/fixcheck/add/").status_code == 403
    assert client.post("/admin/spots/fixcheck/1/delete/").status_code == 403
    client.post("/admin/spots/fixcheck/1/change/", said)

    check = FixCheck.in_force()
    assert {name: getattr(check, name) for name in said} == said
    assert check.history.first().history_user.role == "administrator"


@pytest.mark.parametrize(
    "wrong",
    [{"grace_h": 12}, {"hours": 0}, {"hours": 500}, {"high_at": 1}, {"unhappy_share": 0}],
)
def test_a_check_of_fixes_that_makes_no_sense_is_refused(signed_in, wrong):
    FixCheck.objects.get_or_create(pk=1)
    said = {"hours": 12, "grace_h": 1, "high_at": 5, "answers": 4, "unhappy_share": 0.6}

    answer = signed_in("administrator").post("/admin/spots/fixcheck/1/change/", said | wrong)

    assert answer.status_code == 200
    assert FixCheck.in_force().hours == 24
