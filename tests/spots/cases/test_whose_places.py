"""Where somebody lives stands, exactly, beside nothing that tells who it is; or a look is kept."""

import json
import math
import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.contrib.gis.geos import Point
from django.test import Client
from django.urls import reverse

from complaints.models import Complaint
from heatmaps_project.models import Look
from spots.cases import transitions
from spots.cases.models import Membership
from spots.maps.grid import Tile
from spots.models import Case
from tests.factories import (
    CENTRE,
    NOW,
    bearer,
    make_answer,
    make_api_client,
    make_attractor,
    make_complaint,
    make_customer,
    make_event,
    make_invitation,
    make_region,
    make_spot,
    make_team,
    make_user,
)
from tests.spots.maps.mvt import read

pytestmark = pytest.mark.django_db
HOME = (CENTRE[0] + 0.000417, CENTRE[1] + 0.000283)  # degrees; a house, and no round number
HOUR = timedelta(hours=1)
EXACTLY = re.compile(rb"37\.\d{4,}|55\.\d{4,}")


def at_home(**fields: object) -> Case:
    complaint = make_complaint(lon=HOME[0], lat=HOME[1], occurred_at=NOW)
    return make_spot(complaints=[complaint], team=make_team(), state="routed", **fields)


def single_at_home() -> Case:
    case = at_home(kind="single", outline=None)
    Case.objects.filter(pk=case.pk).update(centre=case.memberships.get().complaint.point)
    return case


def drawing(client: Client, address: str, name: str) -> dict:
    page = client.get(address).content
    return json.loads(re.search(rb'<script id="%s"[^>]*>(.*?)</script>' % name.encode(), page)[1])


def to_a_hundred_metres(place: list[float]) -> bool:
    return place == [round(HOME[0], 3), round(HOME[1], 3)]


@pytest.mark.parametrize("role", ["engineer", "dispatcher"])
def test_a_spots_map_tells_the_moment_of_a_complaint_and_not_the_house(signed_in, role):
    spot = at_home()
    address = reverse("admin:spots_spot_change", args=[spot.pk])

    [[*place, _topic, moment]] = drawing(signed_in(role), address, "case-drawing")["dots"]

    assert moment == int(NOW.timestamp())  # as beside the customer's words on the same page
    assert to_a_hundred_metres(place)


def test_who_regroups_is_told_the_number_of_a_complaint_and_not_the_house(signed_in):
    spot = at_home()
    address = reverse("admin:spots_spot_regroup", args=[spot.pk])

    [[number, *place, _is_free]] = drawing(signed_in(), address, "regroup-drawing")["dots"]

    assert number == spot.memberships.get().complaint_id
    assert to_a_hundred_metres(place)


def test_the_queue_of_single_cases_tells_a_masked_phone_and_not_the_house(signed_in):
    single_at_home()

    page = signed_in().get(reverse("admin:spots_singlecase_changelist")).content

    assert b"data-at=" in page
    assert not EXACTLY.search(page)


def test_a_spots_map_tells_of_a_single_case_near_by_and_not_the_house(signed_in):
    case, spot = single_at_home(), make_spot()
    address = reverse("admin:spots_spot_change", args=[spot.pk])

    [near] = drawing(signed_in(), address, "case-drawing")["near"]

    assert near["url"].endswith(f"/{case.pk}/change/")
    assert to_a_hundred_metres(near["at"])


@pytest.mark.parametrize("role", ["engineer", "dispatcher"])
def test_a_single_case_is_gone_to_so_its_page_tells_the_house_and_keeps_the_look(signed_in, role):
    case, user = single_at_home(), make_user(role)
    client = signed_in(user)

    shown = drawing(
        client, reverse("admin:spots_singlecase_change", args=[case.pk]), "case-drawing"
    )

    assert shown["centre"] == list(HOME)
    customer = case.memberships.get().complaint.customer_id
    looks = Look.objects.values_list("by", "subject", "field")
    assert list(looks) == [(user.pk, f"customer {customer}", "single case")]


def test_a_single_case_that_has_lost_its_member_tells_no_house(signed_in):
    case = single_at_home()
    case.memberships.update(until=NOW)
    address = reverse("admin:spots_singlecase_change", args=[case.pk])

    assert to_a_hundred_metres(drawing(signed_in("engineer"), address, "case-drawing")["centre"])


def test_a_file_of_single_cases_is_a_look_at_their_customers(signed_in):
    single_at_home()
    box = {"west": 37, "south": 55, "east": 38, "north": 56, "layers": "singles"}

    answer = signed_in().post(f"/map/export.geojson?{urlencode(box)}", {"why": "A visit"})

    assert answer.status_code == 200

    assert [look.field for look in Look.objects.all()] == ["file of complaints"]


def test_a_complaints_page_names_no_case_behind_a_wall(signed_in):
    """At the border of regions a spot of the next one may hold it."""
    complaint = make_complaint(customer=make_customer())
    near = make_region("near")
    far = make_spot(complaints=[complaint], region=near, place="Тайная улица")
    reader = make_user("engineer")
    reader.regions.set([complaint.region])
    page = reverse("admin:complaints_complaint_change", args=[complaint.pk])

    text = signed_in(reader).get(page).content.decode()

    assert reverse("admin:spots_spot_change", args=[far.pk]) not in text
    assert far.place not in text


@pytest.mark.parametrize("form", ["geojson", "csv"])
def test_a_file_of_complaints_tells_their_numbers_and_no_house(signed_in, form):
    spot = at_home()
    view = {"west": 37, "south": 55, "east": 38, "north": 56, "layers": "complaints"}

    with time_machine.travel(NOW):
        page = f"/map/export.{form}?{urlencode(view)}"
        told = signed_in("engineer").post(page, {"why": "An outage"}).getvalue()

    assert str(spot.memberships.get().complaint_id).encode() in told
    assert b"37.6" in told
    assert f"{HOME[0]:.4f}".encode() not in told


@pytest.mark.parametrize("role", ["engineer", "dispatcher", "supervisor"])
def test_a_tile_tells_the_number_of_a_single_case_and_not_the_house(signed_in, role):
    """The queue says beside the number whose it is, masked, and what they say: no look is kept."""
    case = single_at_home()
    tile = Tile(16, *(int(part) for part in _tile_of(HOME, 16)))
    client = signed_in(role)

    body = client.get(reverse("data-tile", args=[tile.z, tile.x, tile.y]), {"layers": "singles"})
    [drawn] = read(body.content)["singles"]

    assert drawn.props["id"] == case.pk
    masked = _in_tile(tuple(round(part, 3) for part in HOME), tile)
    assert all(abs(a - b) <= 1 for a, b in zip(drawn.first, masked, strict=True))
    assert max(abs(a - b) for a, b in zip(masked, _in_tile(HOME, tile), strict=True)) > 20
    assert not Look.objects.exists()


def test_a_view_as_small_as_a_house_says_of_no_complaint_that_it_is_from_there(signed_in):
    spot, client = at_home(), signed_in("engineer")
    number = f'"id": {spot.memberships.get().complaint_id}'

    def told(lon: float, lat: float) -> bool:
        box = {"west": lon - 1e-5, "east": lon + 1e-5, "south": lat - 1e-5, "north": lat + 1e-5}
        page = f"/map/export.geojson?{urlencode({**box, 'layers': 'complaints'})}"
        return number in client.post(page, {"why": "Who lives here?"}).getvalue().decode()

    with time_machine.travel(NOW):
        assert not told(*HOME)
        assert told(*(round(part, 3) for part in HOME))


@pytest.mark.parametrize("layer", ["singles", "complaints"])
def test_a_tile_shows_a_place_where_it_is_drawn_and_not_where_the_house_is(signed_in, layer):
    """Two tiles that end a minute apart would tell the house of the complaint of that minute."""
    house = (CENTRE[0] + 0.00055, CENTRE[1])  # drawn on the tile beside that on which it stands
    case, client = single_at_home(), signed_in("engineer")
    Case.objects.filter(pk=case.pk).update(centre=Point(*house))
    Complaint.objects.update(point=Point(*house))

    def drawn(place: tuple[float, ...]) -> int:
        address = reverse("data-tile", args=[18, *(int(part) for part in _tile_of(place, 18))])
        with time_machine.travel(NOW + HOUR):
            body = client.get(address, {"layers": layer}).content
        return len(read(body).get(layer, ())) if body else 0

    assert (drawn(house), drawn(tuple(round(part, 3) for part in house))) == (0, 1)


def test_nor_does_the_maps_search_for_its_number(signed_in):
    case = single_at_home()

    answer = signed_in("engineer").post(reverse("map-search"), {"typed": str(case.pk)})

    [found] = answer.json()["found"]
    assert to_a_hundred_metres([found["lon"], found["lat"]])
    assert not Look.objects.exists()


@pytest.mark.parametrize(
    ("scope", "exactly"), [("spots:read", False), ("spots:read complaints:read", True)]
)
def test_who_may_not_read_complaints_is_told_no_customers_house(client, scope, exactly):
    """A lookup by phone tells the number of the case: this told where its customer lives."""
    case, machine = single_at_home(), make_api_client("field")
    headers = bearer(machine, scope)

    one = client.get(f"/api/v1/spots/{case.pk}/", headers=headers).json()
    [listed] = client.get("/api/v1/spots/?kind=single", headers=headers).json()["results"]

    for told in (one, listed):
        place = [told["centre"]["lon"], told["centre"]["lat"]]
        assert to_a_hundred_metres(place) != exactly
        assert told["outline"] is None


@pytest.mark.parametrize("role", ["agent", "planner"])
def test_the_outline_of_a_moment_tells_no_house_to_whoever_sees_spots(signed_in, role):
    """A lookup says when somebody complained: their home was the middle of the outline then."""
    spot = at_home(opened_at=NOW - HOUR)
    far = make_complaint(lon=HOME[0] + 0.02, lat=HOME[1])
    Membership.objects.create(case=spot, complaint=far, since=NOW + HOUR)
    view = {"west": 37, "south": 55, "east": 38, "north": 56}

    with time_machine.travel(NOW + 2 * HOUR):
        moment = {"at": f"{NOW:%Y-%m-%dT%H:%M:%SZ}"}
        drawn = signed_in(role).get(reverse("map-spots"), {**view, **moment}).json()

    [told] = drawn["features"]
    assert told["properties"]["complaints"] == 1
    assert to_a_hundred_metres([round(part, 4) for part in told["properties"]["centre"]])


def test_a_spot_that_people_regroup_is_drawn_around_no_house():
    """Split off alone, a member was the middle of what every agent's map draws."""
    other = make_complaint(lon=HOME[0] + 0.02, lat=HOME[1])
    spot = at_home()
    Membership.objects.create(case=spot, complaint=other, since=NOW)
    home = spot.memberships.exclude(complaint=other).get().complaint_id

    part = transitions.split(
        case_id=spot.pk, complaint_ids=[home], by=make_user("dispatcher"), now=NOW + HOUR
    )

    assert to_a_hundred_metres([round(of, 4) for of in part.centre.coords])
    assert part.outline.covers(part.memberships.get().complaint.point)


@pytest.mark.parametrize(
    ("scope", "exactly"), [("feedback:read", False), ("feedback:read complaints:read", True)]
)
def test_nor_where_they_answer_how_it_was_fixed(client, scope, exactly):
    case, machine = single_at_home(), make_api_client("survey")
    make_event(case, "fixed")
    customer = case.memberships.get().complaint.customer
    make_answer(invitation=make_invitation(case=case, customer=customer))

    answers = client.get("/api/v1/feedback/", headers=bearer(machine, scope)).json()

    [told] = answers["results"]
    place = [told["centre"]["lon"], told["centre"]["lat"]]
    assert told["spot"] == case.pk
    assert to_a_hundred_metres(place) != exactly


def _tile_of(place: tuple[float, float], z: int) -> tuple[float, float]:
    """The column and row of the tile that a place is in, with its part of the tile."""
    lon, lat = place
    north = math.asinh(math.tan(math.radians(lat)))
    return (lon + 180) / 360 * 2**z, (1 - north / math.pi) / 2 * 2**z


def _in_tile(place: tuple[float, float], tile: Tile) -> tuple[int, int]:
    x, y = _tile_of(place, tile.z)
    return round((x - tile.x) * 4096), round((y - tile.y) * 4096)


@pytest.mark.parametrize("role", ["dispatcher", "supervisor"])
def test_around_an_attractor_homes_are_drawn_to_a_hundred_metres(signed_in, role):
    """Between two looks there may be one complaint more, of which its own page tells when."""
    attractor = make_attractor()
    for _ in range(2):
        make_complaint()
    make_complaint(lon=HOME[0] + 0.001, lat=HOME[1])
    address = reverse("admin:spots_attractor_change", args=[attractor.pk])

    page = signed_in(role).get(address).content.decode()

    around = json.loads(re.search(r'<script[^>]*json">(.*"radius_m".*)</script>', page)[1])
    [dots] = [layer["dots"] for layer in around["layers"] if layer["kind"] == "complaint"]
    beside = [round(CENTRE[0] + 0.001, 3), round(CENTRE[1], 3)]
    assert [(dot[:2], dot[3]) for dot in dots] == [([*CENTRE], 2), (beside, 1)]
