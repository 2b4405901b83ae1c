"""What is refused is logged and counted: whoever tries the numbers of others' rows is seen."""

import json
import logging
from collections import Counter
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from heatmaps_project.accounts.refusals.rows import model_of
from heatmaps_project.accounts.refusals.transitions import KEPT, Refused, forget, lately
from heatmaps_project.accounts.roles import Role
from heatmaps_project.logs import JsonFormatter
from heatmaps_project.models import Refusal
from tests.addresses import routes
from tests.factories import bearer, make_api_client, make_user
from tests.scene import make_scene
from tests.test_access import ADMIN, TABLES
from tests.test_walls import BACKEND, WALLED

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


def test_every_row_of_another_brand_that_staff_ask_for_is_noted(client, said):
    readers = {role: make_user(role) for role in sorted({*Role.values} - ADMIN)}
    rival, asked, by_role = make_scene("rival", brand="rival"), 0, Counter()

    for table in WALLED:
        role = next((role for role in readers if role in TABLES[table][0]), None)
        if role is None:
            continue
        client.force_login(readers[role], backend=BACKEND)
        row = rival.rows[table].pk
        for number, is_there in ((row, True), (row + 1_000_000, False)):
            client.get(reverse(f"admin:{table}_change", args=[number]))
            (line,) = said()
            assert (line["user"], line["status"]) == (readers[role].pk, 404), table
            assert (line["object_id"], line["behind_walls"]) == (number, is_there), table
        asked += 1
        by_role[role] += 1

    assert asked > 25
    told = lately(now=timezone.now())
    assert told == {"staff": Refused(2 * asked, max(by_role.values())), "machines": Refused(0, 0)}


def test_what_is_not_theirs_to_do_is_noted_and_counted(signed_in, said):
    browser = signed_in("dispatcher")
    for _ in range(2):
        browser.get(reverse("admin:heatmaps_project_apiclient_changelist"))
        (line,) = said()
        assert (line["status"], line["behind_walls"]) == (403, False)

    assert Refusal.objects.get(status=403).times == 2


MACHINES = {
    "api-complaint": "complaints_complaint",
    "api-customer": "complaints_customer",
    "api-followup": "feedback_followup",
    "api-request": "heatmaps_project_servicerequest",
    "api-spot": "spots_spot",
    "tmf-problem": "spots_spot",
    "tmf-ticket": "complaints_complaint",
}


def test_every_row_of_another_brand_that_a_machine_asks_for_is_noted(client, said):
    machine, rival = make_api_client(), make_scene("rival", brand="rival")

    for name, table in MACHINES.items():
        row = rival.rows[table].pk
        client.get(reverse(name, args=[row]), headers=bearer(machine))
        (line,) = said()
        assert (line["client"], line["status"]) == (machine.pk, 404), name
        assert (line["behind_walls"], row in line.values()) == (True, True), name

    told = lately(now=timezone.now())
    assert told["machines"] == Refused(len(MACHINES), len(MACHINES))


def test_whoever_is_let_in_is_not_behind_walls_where_a_row_is_of_another_kind(signed_in, said):
    own = make_scene().rows["spots_singlecase"]

    signed_in("dispatcher").post(reverse("admin:spots_spot_tie", args=[own.pk]))

    (line,) = said()
    assert (line["status"], line["behind_walls"]) == (404, False)


# Of no row behind walls: tiles of the map, and what is somebody's own.
NO_WALLS = {
    "admin:auth_user_password_change",
    "admin:spots_singlecase_saved_view",
    "admin:spots_spot_saved_view",
    "api-webhook",
    "api-webhook-ping",
    "api-webhook-rotate",
    "base-tile",
    "data-tile",
}


def test_every_address_of_a_row_says_behind_which_walls_it_may_stand():
    of_rows = {name for name, route in routes() if "<int:" in route or "<id>" in route}

    assert {name for name in of_rows if model_of(name) is None} == NO_WALLS


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
