"""The map's view as GeoJSON, GeoPackage and CSV."""

import csv
import io
import json
from datetime import timedelta
from urllib.parse import urlencode

import pyogrio
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from complaints import turns
from complaints.customers.personal import blind_index
from heatmaps_project.models import Look
from spots.maps.exports import in_turn, tables
from tests.factories import (
    NOW,
    make_brand,
    make_complaint,
    make_coverage,
    make_customer,
    make_network_event,
    make_region,
    make_site,
    make_spot,
    make_user,
)

pytestmark = pytest.mark.django_db

BACKEND = "heatmaps_project.accounts.backends.RoleBackend"
VIEW = {"west": 37, "south": 55, "east": 38, "north": 56}
EVERYTHING = "spots,singles,complaints,events,sites,coverage"


@pytest.fixture(name="at_now", autouse=True)
def _at_now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def dispatcher(signed_in) -> Client:
    return signed_in(make_user("dispatcher", language="en"))


def body(client: Client, form: str = "geojson", layers: str = EVERYTHING, **asked) -> bytes:
    answer = client.post(address(form, layers, **asked), {"why": "An outage"})
    assert answer.status_code == 200
    return answer.getvalue()


def address(form: str = "geojson", layers: str = EVERYTHING, **asked) -> str:
    return f"/map/export.{form}?{urlencode({**VIEW, 'layers': layers, **asked})}"


def features(client: Client, **asked) -> list[dict]:
    return json.loads(body(client, **asked))["features"]


def make_everything(**of) -> None:
    network = {"brand": of["brand"]} if "brand" in of else {}
    make_spot(place="Полевая, 5", **of)
    make_spot(kind="single", outline=None, **of)
    make_complaint(**of)
    make_network_event(**network)
    make_coverage(**network)


def test_a_view_is_exported_with_every_layer_that_is_shown(dispatcher):
    make_everything()
    make_site("M1")

    found = features(dispatcher)

    layers = [feature["properties"]["layer"] for feature in found]
    assert layers == ["spots", "singles", "complaints", "events", "sites", "coverage"]
    spot = found[0]
    assert spot["geometry"]["type"] == "Polygon"
    assert spot["properties"]["place"] == "Полевая, 5"
    assert features(dispatcher, layers="sites") == [found[4]]


def test_an_empty_view_is_an_empty_file(dispatcher):
    assert features(dispatcher) == []
    assert body(dispatcher, "csv").decode("utf-8-sig").count("\n") == 1
    assert body(dispatcher, "gpkg") == b""


def test_a_geopackage_has_a_layer_of_each_kind(dispatcher, tmp_path):
    make_everything()
    path = tmp_path / "map.gpkg"
    path.write_bytes(body(dispatcher, "gpkg"))

    kinds = dict(pyogrio.list_layers(path).tolist())
    assert kinds == {
        "spots": "Polygon",
        "singles": "Point",
        "complaints": "Point",
        "events": "MultiPolygon",
        "coverage": "MultiPolygon",
    }
    info = pyogrio.read_info(path, layer="spots")
    assert (info["features"], info["crs"]) == (1, "EPSG:4326")


def test_geopackages_are_written_one_after_another(dispatcher, monkeypatch):
    """Each takes some hundred megabytes and seconds, in each thread of a web server at once."""
    make_site("M1")
    monkeypatch.setattr(turns, "PATIENCE_S", 0.05)
    asked = [address("gpkg", "sites"), "/admin/heatmaps_project/proposal/places.gpkg"]
    dispatcher.force_login(make_user("planner"), backend=BACKEND)

    with in_turn._TURNS.taken():
        for one in asked:
            answer = dispatcher.get(one)
            assert (answer.status_code, answer["Content-Type"][:10]) == (503, "text/plain")
            assert "Content-Disposition" not in answer

    for one in asked:
        answer = dispatcher.get(one)
        assert answer.status_code == 200
        assert answer["Content-Disposition"].endswith('.gpkg"')


def test_no_cell_of_a_spreadsheet_is_a_formula(dispatcher):
    make_spot(place="=HYPERLINK(0)")
    make_network_event(title="+1;@SUM(A1)")

    text = body(dispatcher, "csv", layers="spots,events").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))

    assert rows[0]["place"] == "'=HYPERLINK(0)"
    assert rows[1]["title"] == "'+1;@SUM(A1)"
    assert (rows[0]["longitude"], rows[0]["latitude"]) == ("37.600000", "55.750000")


def test_customers_are_named_only_to_those_who_may_see_them_and_never_by_phone(signed_in):
    make_complaint(customer=make_customer(crm_id="C-77"))
    make_complaint(customer=make_customer(crm_id="tel:0badcafe"))

    told = [one["properties"]["customer"] for one in features(signed_in("dispatcher"))]
    assert sorted(told, key=str) == ["C-77", None]
    assert features(signed_in("planner")) == []  # they see no single complaint
    text = body(signed_in("dispatcher"), "csv").decode()
    assert "0badcafe" not in text
    assert "+7916" not in text
    assert "Полевая" not in text  # the customer's address


@pytest.mark.parametrize("form", ["geojson", "csv", "gpkg"])
def test_who_takes_a_file_of_whose_places_it_names_is_recorded(signed_in, form):
    """It names thousands at once: asked whose data somebody saw, the record has to say so."""
    engineer = make_user("engineer")
    make_complaint(customer=make_customer(crm_id="C-77"))

    body(signed_in("planner"), form)
    client = signed_in(engineer)
    body(client, form, layers="spots,sites")
    assert client.get(f"/map/export.{form}", {**VIEW, "west": "?"}).status_code == 400
    assert not Look.objects.exists()
    body(client, form, layers="complaints")

    look = Look.objects.get()
    assert (look.by, look.field, look.reason) == (engineer, "file of complaints", "An outage")
    assert look.subject == "map 37.0000,55.0000,38.0000,56.0000"
    shown = signed_in("administrator").get("/admin/heatmaps_project/look/").content.decode()
    assert "37.0000,55.0000,38.0000,56.0000" in shown


@pytest.mark.parametrize("form", ["geojson", "csv", "gpkg"])
@pytest.mark.parametrize("layers", ["complaints", "singles", EVERYTHING])
def test_no_file_of_customers_is_taken_without_a_word_what_for(signed_in, form, layers):
    """Fifty thousand of them at a click: whoever takes it says why, and the record keeps it."""
    make_everything()
    client = signed_in("engineer")

    for answer in (
        client.get(address(form, layers)),
        client.get(address(form, layers) + "&why=work"),  # addresses are logged
        client.post(address(form, layers), {"why": "  "}),
        client.post(address(form, layers), {"why": "x" * 201}),
    ):
        assert answer.status_code == 400
        assert answer["Content-Type"].startswith("text/plain")
    assert not Look.objects.exists()


def test_what_a_file_is_for_is_kept_without_a_customers_phone(signed_in):
    phone = "+79161234567"
    make_complaint(customer=make_customer(phone=phone, phone_index=blind_index(phone)))

    signed_in("engineer").post(address("csv", "complaints"), {"why": "Call\n+7 916 123-45-67"})

    assert Look.objects.get().reason == "Call +7 916 ***-**-67"


def test_each_row_of_customers_says_who_took_it_and_when(signed_in, tmp_path):
    """Pasted into another file, or sent on, it goes on saying so."""
    make_everything()
    engineer = make_user("engineer", username="e.ivanova")
    client = signed_in(engineer)

    for found in features(client):
        told = found["properties"]
        signed = told["layer"] in ("complaints", "singles")
        assert ("taken_by" in told) == signed
        if signed:
            assert (told["taken_by"], told["taken_at"][:16]) == (
                "e.ivanova",
                f"{NOW:%Y-%m-%dT%H:%M}",
            )
    path = tmp_path / "map.gpkg"
    path.write_bytes(body(client, "gpkg"))
    assert "taken_by" in pyogrio.read_info(path, layer="complaints")["fields"]
    rows = list(csv.DictReader(io.StringIO(body(client, "csv").decode("utf-8-sig")), delimiter=";"))
    assert {row["taken_by"] for row in rows if row["layer"] == "singles"} == {"e.ivanova"}


def test_an_export_keeps_to_the_readers_walls(dispatcher):
    make_everything(brand=make_brand("rival"))
    make_spot(region=make_region("far"))
    make_complaint(region=make_region("far"))

    for form in ("geojson", "csv"):
        assert body(dispatcher, form).count(b"\n") <= 1, form
    assert body(dispatcher, "gpkg") == b""


def test_a_past_moment_is_exported_as_it_was(dispatcher):
    make_complaint(received_at=NOW - timedelta(hours=3), occurred_at=NOW - timedelta(hours=3))
    make_complaint()

    then = features(dispatcher, layers="complaints", at="2026-03-25T08:00:00Z")

    assert len(then) == 1
    assert len(features(dispatcher, layers="complaints")) == 2


def test_a_view_with_too_much_is_refused_in_words(dispatcher, monkeypatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 1)
    make_site("M1")
    make_site("M2")

    answer = dispatcher.get("/map/export.csv", {**VIEW, "layers": "sites"})

    assert answer.status_code == 400
    assert "zoom in" in answer.content.decode()


@pytest.mark.parametrize("wrong", [{"west": "x"}, {"layers": "users"}, {"at": "yesterday"}])
def test_what_is_no_view_is_refused(dispatcher, wrong):
    answer = dispatcher.get("/map/export.csv", {**VIEW, "layers": "sites", **wrong})

    assert answer.status_code == 400


def test_an_export_takes_the_same_queries_however_much_it_tells(dispatcher):
    def queries() -> int:
        make_everything()
        with CaptureQueriesContext(connection) as done:
            body(dispatcher)
        return len(done)

    first = queries()

    assert [queries() for _ in range(2)] == [first] * 2
