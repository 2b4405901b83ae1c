"""What is refused is logged and counted: whoever tries the numbers of others' rows is seen."""

import json
import logging
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from heatmaps_project.accounts.refusals.transitions import KEPT, forget, lately
from heatmaps_project.logs import JsonFormatter
from heatmaps_project.models import Refusal
from tests.factories import bearer, make_api_client, make_user
from tests.scene import make_scene

pytestmark = pytest.mark.django_db
LOGGER = "heatmaps_project.accounts.refusals.noting"


@pytest.fixture(name="said")
def _said(caplog):
    """The lines of the log, as objects; asked for, they are taken."""

    def take():
        records = [one for one in caplog.records if one.name == LOGGER]
        caplog.clear()
        return [json.loads(JsonFormatter().format(one)) for one in records]

    caplog.set_level(logging.INFO)
    return take


def test_every_row_of_another_brand_that_a_dispatcher_asks_for_is_noted(signed_in, said):
    reader = make_user("dispatcher")
    browser, rival = signed_in(reader), make_scene("rival", brand="rival")
    pages = ("spots_spot", "spots_singlecase", "complaints_complaint", "complaints_customer")

    for page in pages:
        row = rival.rows[page].pk
        browser.get(reverse(f"admin:{page}_change", args=[row]))
        (line,) = said()
        assert (line["user"], line["status"], line["object_id"]) == (reader.pk, 404, row)
        assert line["route"].startswith("admin/")
    browser.get(reverse("admin:heatmaps_project_apiclient_changelist"))  # not theirs to do
    (line,) = said()
    assert line["status"] == 403

    assert lately(now=timezone.now()) == {"staff": len(pages) + 1, "machines": 0}
    browser.get(reverse("admin:heatmaps_project_apiclient_changelist"))
    assert Refusal.objects.get(status=403).times == 2


def test_a_machine_that_asks_for_another_brands_complaint_is_noted(client, said):
    machine, rival = make_api_client(), make_scene("rival", brand="rival")
    row = rival.rows["complaints_complaint"].pk

    client.get(reverse("api-complaint", args=[row]), headers=bearer(machine))

    (line,) = said()
    assert (line["client"], line["status"]) == (machine.pk, 404)
    assert row in line.values()
    assert lately(now=timezone.now()) == {"staff": 0, "machines": 1}


def test_what_is_given_and_what_strangers_ask_for_is_not_noted(client, signed_in, said):
    client.get("/no/such/page/")
    client.get(reverse("admin:spots_spot_change", args=[1]))
    client.get(reverse("api-complaint", args=[1]))
    reader = make_user("dispatcher")
    own = make_scene().rows["spots_spot"]
    signed_in(reader).get(reverse("admin:spots_spot_change", args=[own.pk]))

    assert said() == []
    assert not Refusal.objects.exists()


def test_no_name_or_phone_in_an_address_comes_into_the_log(signed_in, said):
    browser = signed_in("dispatcher")

    for typed in ("79261234512", "Anna Petrova", "9261234512"):
        browser.get(reverse("admin:spots_spot_change", args=[1]).replace("/1/", f"/{typed}/"))

    assert "9261234512" not in str(said())
    assert "Petrova" not in str(said())


def test_counts_are_forgotten_in_time():
    now = timezone.now()
    for days in (1, KEPT.days + 1):
        at = now - timedelta(days=days)
        row = {"user": make_user(), "hour": at, "route": "a", "status": 404, "times": 1}
        Refusal.objects.create(**row)

    assert (forget(now=now), Refusal.objects.count()) == (1, 1)
