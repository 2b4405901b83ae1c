"""The targets of the wall: an administrator's, with their history, and judged by at once."""

import pytest
import time_machine
from django.urls import reverse

from heatmaps_project.models import WallTargets
from tests.factories import NOW, make_user
from tests.heatmaps_project.supervision.test_boards import DAY, HOUR, lived

pytestmark = pytest.mark.django_db

PAGE = "/admin/heatmaps_project/walltargets/1/change/"
SAID = {"in_a_day": 15.5, "kept": 90, "missed": 3, "through_spots": 40, "satisfied": 75}


@pytest.fixture(autouse=True)
def _at_now(db):
    with time_machine.travel(NOW, tick=False):
        # Tests that empty all tables take the migration's row with them.
        WallTargets.objects.get_or_create(pk=1)
        yield


def test_what_an_administrator_sets_is_what_the_wall_judges_by(signed_in):
    for day in range(5, 15):
        lived(NOW - day * DAY, ("fixed", NOW - day * DAY + (1 if day > 8 else 48) * HOUR))
    client = signed_in(make_user("administrator", language="en"))

    before = client.get(reverse("wall")).context["numbers"][0][0]
    client.post(PAGE, SAID)
    after = client.get(reverse("wall")).context["numbers"][0][0]

    assert (before.target, before.judged) == (40, "open")
    assert (after.target, after.judged) == (15.5, "met")
    assert "target: at least 15.5 %" in client.get(reverse("wall")).content.decode()
    targets = WallTargets.in_force()
    assert {name: getattr(targets, name) for name in SAID} == SAID
    assert [one.in_a_day for one in targets.history.order_by("history_id")][-1] == 15.5
    assert targets.history.first().history_user.role == "administrator"


@pytest.mark.parametrize(
    "wrong", [{"kept": 101}, {"in_a_day": -1}, {"missed": -1}, {"kept": "nan"}]
)
def test_targets_that_make_no_sense_are_refused(signed_in, wrong):
    answer = signed_in("administrator").post(PAGE, SAID | wrong)

    assert answer.status_code == 200
    assert WallTargets.in_force().kept == 95


def test_nobody_adds_or_removes_targets_and_a_supervisor_does_not_change_them(signed_in):
    client = signed_in("administrator")
    assert client.get("/admin/heatmaps_project/walltargets/add/").status_code == 403
    assert client.post("/admin/heatmaps_project/walltargets/1/delete/").status_code == 403
    assert signed_in("supervisor").post(PAGE, SAID).status_code == 403
