"""Whoever is signed out, locked or given another role is so at the very next request."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from oauth2_provider.models import AccessToken

from heatmaps_project.accounts import transitions_of_sessions
from heatmaps_project.accounts.calls.tasks import forget_calls
from heatmaps_project.accounts.sessions import SessionStore
from heatmaps_project.models import User
from tests.factories import bearer, make_api_client

pytestmark = pytest.mark.django_db

TILE = "/tiles/data/9/309/160.mvt"


def end_sessions() -> None:
    Session.objects.all().delete()


def age_sessions() -> None:
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))


def lock() -> None:
    User.objects.update(is_active=False)


def change_password() -> None:
    User.objects.update(password="!another")


@pytest.mark.parametrize("end", [end_sessions, age_sessions, lock, change_password])
def test_who_is_signed_out_sees_nothing_more(signed_in, end):
    client = signed_in("planner")
    assert client.get(TILE).status_code == 200

    end()

    assert client.get(TILE).status_code == 403
    assert "/login/" in client.get("/map/")["Location"]


def test_a_changed_role_holds_at_once(signed_in):
    client = signed_in("planner")

    User.objects.update(role="")

    assert client.get(TILE).status_code == 403


def test_a_tile_that_the_browser_has_is_three_short_queries(signed_in):
    client = signed_in("administrator")
    first = client.get(TILE)

    with CaptureQueriesContext(connection) as done:
        again = client.get(TILE, headers={"If-None-Match": first["ETag"]})

    assert again.status_code == 304
    assert len(done) == 3  # the session, its user, the versions of what is drawn


def test_what_has_ended_is_forgotten_and_nothing_else(signed_in):
    client = signed_in("planner")
    header = bearer(make_api_client())
    mine, now = Session.objects.get().pk, timezone.now()
    SessionStore().save(must_create=True)
    Session.objects.exclude(pk=mine).update(expire_date=now)
    bearer(make_api_client("other"))
    AccessToken.objects.exclude(pk=AccessToken.objects.earliest("pk").pk).update(expires=now)

    forget_calls()

    assert (Session.objects.count(), AccessToken.objects.count()) == (1, 1)
    assert client.get(TILE).status_code == 200
    assert client.get("/api/v1/spots/", headers=header).status_code == 200


def test_however_many_have_ended_all_are_forgotten(monkeypatch):
    monkeypatch.setattr(transitions_of_sessions, "_AT_ONCE", 2)
    for number in range(5):
        SessionStore().save(must_create=True)
        bearer(make_api_client(f"crm-{number}"))
    age_sessions()
    AccessToken.objects.update(expires=timezone.now())

    forget_calls()

    assert (Session.objects.count(), AccessToken.objects.count()) == (0, 0)
