"""What is in use is not deleted: the page says what uses it, and how much of it."""

import pytest
from django.contrib.messages import get_messages
from django.db.models import Model, ProtectedError
from django.urls import reverse

from complaints import admin_theme
from spots.routing.admin import TeamAdmin

pytestmark = pytest.mark.django_db

IN_USE = (
    "complaints_brand",
    "complaints_region",
    "complaints_topic",
    "spots_cause",
    "spots_detectionrule",
    "spots_policy",
    "spots_team",
    "spots_workingtime",
)


@pytest.mark.parametrize("table", IN_USE)
def test_a_setting_in_use_is_refused_with_words(home, signed_in, table):
    row, client = home.rows[table], signed_in("administrator")

    answer = client.post(reverse(f"admin:{table}_delete", args=[row.pk]), {"post": "yes"})

    assert answer.status_code in (200, 302)
    assert type(row)._base_manager.filter(pk=row.pk).exists()
    if answer.status_code == 200:
        assert all(": " in line for line in answer.context["protected"])
    else:
        assert list(get_messages(answer.wsgi_request))


def test_of_very_many_uses_it_says_only_that_they_are_many(home, signed_in, monkeypatch):
    monkeypatch.setattr(admin_theme, "MOST_COUNTED", 1)
    region = home.rows["complaints_region"]

    answer = signed_in("administrator").get(
        reverse("admin:complaints_region_delete", args=[region.pk])
    )

    assert any("1" in line and len(line) < 80 for line in answer.context["protected"])
    assert len(answer.context["protected"]) < 20


def test_what_comes_into_use_at_that_very_moment_is_a_message(home, signed_in, monkeypatch):
    team, client = home.rows["spots_team"], signed_in("administrator")

    def just_used(_admin: object, _request: object, row: Model) -> None:
        raise ProtectedError("a case", {row})

    monkeypatch.setattr(TeamAdmin, "get_deleted_objects", lambda *_: ([], {}, set(), []))
    monkeypatch.setattr(TeamAdmin, "delete_model", just_used)
    answer = client.post(reverse("admin:spots_team_delete", args=[team.pk]), {"post": "yes"})

    assert answer.status_code == 302
    assert [message.level_tag for message in get_messages(answer.wsgi_request)] == ["error"]
