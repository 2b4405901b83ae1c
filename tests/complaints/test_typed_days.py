"""Days and moments that people type: none at the calendar's edge, where arithmetic ends."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django import forms
from django.contrib import admin
from django.db import models
from django.urls import reverse

from complaints.admin_theme import ModelAdmin
from complaints.models import Region
from complaints.typed_days import DayField, MomentField, of_our_time
from feedback.models import Message
from feedback.notifications import transitions as messages
from heatmaps_project.models import Launch
from heatmaps_project.supervision.launches.transitions import watch_launches
from spots.models import Absence, Case
from tests.factories import (
    NOW,
    make_cause,
    make_complaint,
    make_customer,
    make_fixed_spot,
    make_launch,
    make_region,
    make_spot,
    make_team,
    make_user,
)

pytestmark = pytest.mark.django_db

OURS = ("complaints.", "spots.", "feedback.", "heatmaps_project.")
EDGES = ("9999-12-31", "0001-01-01")


@pytest.fixture(name="at_now", autouse=True)
def _at_now():
    with time_machine.travel(NOW, tick=False):
        yield


def test_a_term_at_the_end_of_the_calendar_keeps_nobody_from_being_told(signed_in):
    Region.objects.filter(pk=make_region().pk).update(time_zone="Asia/Yekaterinburg")
    member = make_customer()
    spot = make_spot(
        complaints=[make_complaint(customer=member)],
        team=make_team(),
        state="accepted",
    )
    client = signed_in("engineer")
    page = reverse("admin:spots_spot_move", args=[spot.pk, "plan"])

    said = {"cause": make_cause().pk, "eta_in": "", "eta_at": "9999-12-31T23:59"}
    answer = client.post(page, said)
    make_fixed_spot(make_customer())

    assert messages.plan_messages(now=NOW) == 1
    assert Message.objects.get().reason == "fixed"
    assert answer.status_code == 400
    spot.refresh_from_db()
    assert (spot.state, spot.eta_at) == ("accepted", None)
    assert signed_in("dispatcher").get(reverse("admin:spots_spot_changelist")).status_code == 200


def test_nor_is_waited_until_then(signed_in):
    spot = make_spot(team=make_team(), state="accepted")
    page = reverse("admin:spots_spot_move", args=[spot.pk, "wait"])

    said = {"waits_for": "parts", "waits_until": "9999-12-31T23:59"}

    assert signed_in("engineer").post(page, said).status_code == 400
    assert Case.objects.get(pk=spot.pk).state == "accepted"


@pytest.mark.parametrize("day", ["0001-01-10", "1000-01-01", "2001-01-01"])
def test_no_launch_of_long_ago_holds_the_watch_over_all_others(signed_in, day):
    """Each day of it took a look at all complaints of that day, in one transaction for all days."""
    planner = make_user("planner")
    client = signed_in(planner)
    launch = make_launch(owner=planner)
    row = {
        "name": "Long ago",
        "brand": launch.brand_id,
        "words": "летн",
        "starts_on": day,
        "watched_until": "2026-12-31",
        "owner": planner.pk,
        "items-TOTAL_FORMS": 0,
        "items-INITIAL_FORMS": 0,
    }

    answer = client.post(reverse("admin:heatmaps_project_launch_add"), row)

    assert answer.status_code == 200  # the form came back
    assert Launch.objects.count() == 1
    later = {**row, "starts_on": NOW.date(), "watched_until": NOW.date() + timedelta(days=400)}
    assert client.post(reverse("admin:heatmaps_project_launch_add"), later).status_code == 200
    assert Launch.objects.count() == 1
    assert watch_launches(now=NOW) == 29


@pytest.mark.parametrize("edge", EDGES)
def test_an_absence_lies_in_our_time(signed_in, edge):
    member = make_user("engineer")
    make_team(members=(member,))
    row = {"user": member.pk, "since_0": "2026-03-01", "since_1": "10:00", "until_1": "10:00"}

    add = reverse("admin:spots_absence_add")
    assert signed_in("supervisor").post(add, {**row, "until_0": edge}).status_code == 200

    assert not Absence.objects.exists()
    assert signed_in("supervisor").post(add, {**row, "until_0": "2026-04-01"}).status_code == 302


@pytest.mark.parametrize(
    "day", [date(9999, 12, 31), date(1, 1, 1), datetime(3000, 1, 1, tzinfo=UTC), date(1999, 12, 31)]
)
def test_another_time_is_refused(day):
    with pytest.raises(forms.ValidationError):
        of_our_time(day)


def test_every_form_of_the_admin_asks_for_our_time(rf):
    request = rf.get("/")
    request.user = make_user("administrator")
    asked = 0

    for model, page in admin.site._registry.items():
        if not isinstance(page, ModelAdmin):  # a library's, and only read
            continue
        inlines = [one(model, admin.site) for one in page.inlines]
        for form in (page, *inlines):
            for field in form.model._meta.fields:
                if not isinstance(field, models.DateField) or not field.editable:
                    continue
                made = form.formfield_for_dbfield(field, request)
                assert of_our_time in made.validators, f"{form.model.__name__}.{field.name}"
                asked += 1

    assert asked > 20


def test_every_other_form_does_as_well():
    assert reverse("home")  # every page's module is read by then
    plain = forms.DateField | forms.DateTimeField
    found = [
        (form, name, field)
        for form in _below(forms.BaseForm)
        if form.__module__.startswith(OURS)
        for name, field in getattr(form, "declared_fields", {}).items()
        if isinstance(field, plain)
    ]

    assert len(found) >= 15
    for form, name, field in found:
        assert isinstance(field, DayField | MomentField), f"{form.__name__}.{name}"


def _below(kind: type) -> set[type]:
    return {one for child in kind.__subclasses__() for one in (child, *_below(child))}
