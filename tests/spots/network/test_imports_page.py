"""The pages of an import: handing in, looking, applying, undoing."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from spots.models import Import, Site
from spots.network.imports import checking, transitions
from tests.factories import NOW, make_brand, make_import, make_site
from tests.spots.network.uploads import SITES, applied, checked, csv, feature, geojson, square

pytestmark = pytest.mark.django_db


def page(row: Import) -> str:
    return reverse("admin:spots_import_change", args=[row.pk])


def move(row: Import, name: str) -> str:
    return reverse("admin:spots_import_move", args=[row.pk, name])


def sent(text: str = SITES, name: str = "sites.csv", **said) -> dict:
    file = SimpleUploadedFile(name, text.encode())
    return {"kind": "sites", "brand": make_brand().pk, "mode": "merge", "file": file, **said}


def test_a_file_is_handed_in_checked_applied_and_undone(signed_in):
    client = signed_in("administrator")

    answer = client.post(reverse("admin:spots_import_add"), sent())
    row = Import.objects.get()
    assert answer.url == page(row)
    assert 'id="trial-progress"' in client.get(page(row)).content.decode()
    checking.run_waiting(now=NOW)
    shown = client.get(page(row)).content.decode()
    assert move(row, "apply") in shown
    assert "Полевая" in shown
    client.post(move(row, "apply"))
    checking.run_waiting(now=timezone.now())
    assert Site.objects.count() == 2
    assert move(row, "undo") in client.get(page(row)).content.decode()
    client.post(move(row, "undo"))
    checking.run_waiting(now=NOW)

    assert Site.objects.count() == 0
    row.refresh_from_db()
    assert row.state == "undone"


def test_undoing_is_offered_for_ninety_days(signed_in):
    row = applied(csv(SITES))
    client = signed_in("administrator")

    def offered(days: int) -> bool:
        Import.objects.update(applied_at=timezone.now() - timedelta(days=days))
        return move(row, "undo") in client.get(page(row)).content.decode()

    assert (offered(89), offered(91)) == (True, False)
    client.post(move(row, "undo"))
    row.refresh_from_db()
    assert row.state == "applied"
    transitions.forget_old(now=timezone.now())
    assert client.get(page(row)).status_code == 200


def test_applying_is_not_offered_where_the_file_changes_nothing(signed_in):
    applied(csv(SITES))
    row = checked(csv(SITES))

    shown = signed_in("administrator").get(page(row))

    assert move(row, "apply") not in shown.content.decode()
    assert (shown.context["moves"], shown.context["empty"]) == (["stop"], True)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": "sites.exe"}, "file"),
        ({"text": "PK", "name": "sites.zip"}, "file"),
        ({"kind": "weather"}, "kind"),
        ({"brand": 0}, "brand"),
        ({"mode": "destroy"}, "mode"),
    ],
)
def test_what_cannot_be_taken_comes_back_with_the_reason(signed_in, said, field):
    answer = signed_in("administrator").post(reverse("admin:spots_import_add"), sent(**said))

    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert not Import.objects.exists()


def test_the_page_says_what_becomes_different(signed_in):
    make_site("M1")
    make_site("M9")
    text = SITES.replace("37,60", "37,70").replace("Полевая", "Новая")

    shown = signed_in("administrator").get(page(checked(csv(text), mode="replace")))
    parts = {part["change"]: part for part in shown.context["changes"]}

    assert "Полевая → Новая" in parts["changed"]["lines"][0]["said"]
    assert "6265" in parts["changed"]["lines"][0]["said"]
    assert (parts["removed"]["total"], parts["new"]["total"]) == (1, 1)
    assert {dot[0] for dot in shown.context["drawing"]["dots"]} == {"new", "changed", "removed"}


def test_areas_are_drawn_simpler_than_they_are(signed_in):
    row = checked(geojson(feature(square(), technology="4G")), "coverage")

    drawing = signed_in("administrator").get(page(row)).context["drawing"]

    assert [area[0] for area in drawing["areas"]] == ["new"]
    assert drawing["whole"]


def test_refused_rows_come_back_as_a_file_that_may_be_handed_in_corrected(signed_in):
    row = checked(csv(SITES + "M3;=1+1;east;55;4G\n"))
    address = reverse("admin:spots_import_refused", args=[row.pk])

    answer = signed_in("administrator").get(address)

    lines = b"".join(answer.streaming_content).decode().removeprefix("\ufeff").splitlines()
    assert lines[0] == "refused_because;line;code;name;lon;lat;technologies"
    assert lines[1].endswith("4;M3;'=1+1;east;55;4G")
    again = checked(csv("\n".join(lines).replace("east", "37")))
    assert (again.count("new"), again.count("refused")) == (1, 0)
    assert again.staged.get().after["name"] == "=1+1"


def test_the_list_does_not_ask_more_of_the_database_when_it_is_longer(
    signed_in, django_assert_max_num_queries
):
    client = signed_in("administrator")
    for number in range(12):
        make_import(file_name=f"{number}.csv", brand=make_brand(f"b{number}"))

    with django_assert_max_num_queries(12):
        client.get(reverse("admin:spots_import_changelist"))


def test_an_import_in_any_state_has_a_page(signed_in):
    client = signed_in("administrator")
    for state in (
        "uploaded",
        "checked",
        "applying",
        "applied",
        "undoing",
        "undone",
        "stopped",
        "refused",
    ):
        row = make_import(state=state, applied_at=NOW, note="why")
        assert client.get(page(row)).status_code == 200
        told = client.get(reverse("admin:spots_import_progress", args=[row.pk])).json()
        assert told["running"] == (state in ("uploaded", "applying", "undoing"))


@pytest.mark.parametrize("role", ["agent", "dispatcher", "engineer", "supervisor", "planner"])
def test_only_administrators_import(signed_in, role):
    client = signed_in(role)
    row = applied(csv(SITES))

    assert client.get(reverse("admin:spots_import_add")).status_code == 403
    assert client.get(page(row)).status_code == 403
    assert client.post(move(row, "undo")).status_code == 403
    row.refresh_from_db()
    assert row.state == "applied"
