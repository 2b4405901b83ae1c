"""Old versions of settings: looked at by whoever sees these, sent back by who may change them."""

import pytest
from django.contrib import admin
from django.urls import reverse

from complaints.admin_theme import HistoryAdmin
from heatmaps_project.accounts.roles import Role
from spots.models import Ladder
from tests.factories import NOW, make_rung, make_user

pytestmark = pytest.mark.django_db


def version_of(table: str, row) -> str:
    return reverse(f"admin:{table}_simple_history", args=[row.pk, row.history.latest().pk])


def sent_back(client, address: str, **changed) -> int:
    """Post the form of an old version as a browser would, but for what is changed in it."""
    form = client.get(address).context["adminform"].form
    told = {name: value for name, value in form.initial.items() if value not in (None, False)}
    return client.post(address, {**told, **changed}).status_code


def test_whoever_may_only_look_at_a_setting_cannot_send_a_version_of_it_back(home, signed_in, rf):
    tried = set()
    for role in Role.values:
        user = make_user(role)
        client, request = signed_in(user), rf.get("/")
        request.user = user
        for model, page in admin.site._registry.items():
            row = home.rows.get(table := f"{model._meta.app_label}_{model._meta.model_name}")
            if not isinstance(page, HistoryAdmin) or row is None or not row.history.exists():
                continue
            looks_only = page.has_view_permission(request, row)
            if not looks_only or page.has_change_permission(request, row):
                continue
            tried.add((role, table))
            address = version_of(table, row)
            assert client.get(address).status_code == 200, (role, table)
            before = row.history.count()
            assert sent_back(client, address) == 403, (role, table)
            assert row.history.count() == before

    assert {("supervisor", "spots_policy"), ("planner", "spots_detectionrule")} <= tried


def test_a_supervisor_does_not_say_who_is_told_of_promises_at_risk(signed_in):
    ladder = Ladder.objects.create(name="All", active=False)
    address = version_of("spots_ladder", ladder)

    assert sent_back(signed_in("supervisor"), address, name="Nobody") == 403
    assert Ladder.objects.get(pk=ladder.pk).name == "All"

    assert sent_back(signed_in("administrator"), address, name="Some") == 302
    assert Ladder.objects.get(pk=ladder.pk).name == "Some"


def test_a_ladder_that_is_sent_back_counts_from_now_on_as_an_edited_one_does(signed_in):
    rung = make_rung(50, since=NOW)
    address = version_of("spots_ladder", rung.ladder)

    assert sent_back(signed_in("administrator"), address, name="As before") == 302

    rung.refresh_from_db()
    assert rung.since > NOW  # what was reached long ago is told to nobody
