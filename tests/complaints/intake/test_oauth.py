"""Tokens: how a machine gets one, and what else of the OAuth library is not there."""

import base64
import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from oauth2_provider.models import AccessToken

from heatmaps_project.models import ApiClient
from tests.complaints.intake.bodies import body, make_places
from tests.factories import bearer, make_api_client, make_brand, make_region

URL = "/oauth/token/"

pytestmark = pytest.mark.django_db


def token(client: Client, name: str, secret: str, *, url: str = URL, **fields: Any) -> Any:
    basic = base64.b64encode(f"{name}:{secret}".encode()).decode()
    return client.post(
        url,
        {"grant_type": "client_credentials", **fields},
        headers={"Authorization": f"Basic {basic}"},
    )


def test_a_new_client_gets_a_token_and_sends_a_complaint(
    client: Client, capsys: pytest.CaptureFixture[str]
):
    make_places()
    call_command(
        "make_api_client",
        "crm",
        brands=["demo"],
        regions=["moscow"],
        scopes=["complaints:write"],
    )
    printed = dict(line.split("=", 1) for line in capsys.readouterr().out.splitlines())

    given = token(client, printed["client_id"], printed["client_secret"])

    assert given.status_code == 200
    assert given["Cache-Control"] == "no-store"
    assert given.json()["scope"] == "complaints:write"
    assert AccessToken.objects.get().token == ""
    assert printed["client_secret"] not in ApiClient.objects.get().client_secret
    answer = client.post(
        "/api/v1/complaints/",
        json.dumps(body(occurred_at="2026-03-25T10:00:00Z")),
        "application/json",
        headers={"Authorization": f"Bearer {given.json()['access_token']}"},
    )
    assert answer.status_code == 201


@pytest.mark.parametrize("url", ["/oauth/token", "/oauth/token/"])
def test_a_wrong_secret_gets_nothing(client: Client, url: str):
    make_api_client("crm")

    assert token(client, "crm-id", "wrong", url=url).status_code == 401
    assert token(client, "crm-id", "crm-secret", url=url).status_code == 200


def test_a_client_gets_no_scope_but_its_own(client: Client):
    make_api_client("crm")
    ApiClient.objects.update(scopes="complaints:read")

    assert token(client, "crm-id", "crm-secret").json()["scope"] == "complaints:read"
    refused = token(client, "crm-id", "crm-secret", scope="complaints:write")
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_scope")


@pytest.mark.parametrize("grant", ["password", "authorization_code", "refresh_token", "", "\x00"])
def test_no_other_grant_is_given(client: Client, grant: str):
    make_api_client("crm")

    answer = token(client, "crm-id", "crm-secret", grant_type=grant, username="a", password="b")

    assert 400 <= answer.status_code < 500


@pytest.mark.parametrize("name", ["crm\x00", "\x00", "é", "a" * 10_000, ""])
def test_an_impossible_client_is_refused(client: Client, name: str):
    assert 400 <= token(client, name, "\x00secret").status_code < 500


def test_a_token_that_was_taken_back_is_none(client: Client):
    crm = make_api_client("crm")
    access = token(client, "crm-id", "crm-secret").json()["access_token"]

    basic = base64.b64encode(b"crm-id:crm-secret").decode()
    answer = client.post(
        "/oauth/revoke_token/", {"token": access}, headers={"Authorization": f"Basic {basic}"}
    )

    assert answer.status_code == 200
    assert not AccessToken.objects.filter(application=crm).exists()


@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "", "\x00"])
def test_nobody_takes_anothers_token_back(client: Client, hint: str):
    for name in ("crm", "rival"):
        make_api_client(name)
    access = token(client, "crm-id", "crm-secret").json()["access_token"]

    asked = {"url": "/oauth/revoke_token/", "token": access, "token_type_hint": hint}
    token(client, "rival-id", "rival-secret", **asked)

    assert AccessToken.objects.filter(application__source="crm").exists()
    headers = {"Authorization": f"Bearer {access}"}
    assert client.get("/api/v1/spots/", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "path", ["applications/", "applications/register/", "authorize/", "register/", "introspect/"]
)
def test_nothing_else_of_the_library_is_served(client: Client, path: str):
    assert client.get(f"/oauth/{path}").status_code == 404


@pytest.mark.parametrize(
    ("source", "changes", "said"),
    [
        ("crm", {}, "already"),
        ("two words", {}, "two words"),
        ("bot", {"brands": ["nobody"]}, "brand: nobody"),
        ("bot", {"regions": ["nowhere"]}, "region: nowhere"),
        ("bot", {"scopes": ["everything"]}, "scope: everything"),
    ],
)
def test_a_client_that_cannot_be_is_not_made(source: str, changes: dict[str, Any], said: str):
    make_api_client("crm")
    options = {"brands": [make_brand().code], "regions": [make_region().code]}

    with pytest.raises(CommandError, match=said):
        call_command(
            "make_api_client", source, **{**options, "scopes": ["complaints:read"], **changes}
        )

    assert ApiClient.objects.count() == 1


def test_a_scope_that_is_taken_away_ends_at_once(client: Client):
    crm = make_api_client()
    headers = bearer(crm)
    assert client.get("/api/v1/complaints/", headers=headers).status_code == 200

    ApiClient.objects.update(scopes="complaints:write")

    assert client.get("/api/v1/complaints/", headers=headers).status_code == 403


class Unread(io.BytesIO):
    """A body that says whether anybody has read it."""

    was_read = False

    def read(self, *size: int) -> bytes:
        self.was_read = True
        return super().read(*size)


@pytest.mark.parametrize("header", ["", "Bearer no-token-of-ours", "Basic eDp5"])
@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("/api/v1/complaints/batch/", "application/json"),
        ("/api/v1/complaints/batch/", "application/x-ndjson"),
        ("/api/v1/complaints/", "application/x-www-form-urlencoded"),
        ("/tmf-api/troubleTicket/v4/troubleTicket", "application/json"),
    ],
)
def test_nothing_is_read_of_whoever_is_no_client(client: Client, url: str, kind: str, header: str):
    sent = Unread(b"[1, 2]")
    told: Any = {"wsgi.input": sent, "CONTENT_LENGTH": "6", "CONTENT_TYPE": kind}
    headers = {"Authorization": header} if header else {}

    answer = client.generic("POST", url, headers=headers, **told)

    assert answer.status_code == 401
    assert "WWW-Authenticate" in answer
    assert not sent.was_read


def test_nothing_is_read_of_a_client_that_may_not(client: Client):
    sent = Unread(b"[1, 2]")
    told: Any = {"wsgi.input": sent, "CONTENT_LENGTH": "6", "CONTENT_TYPE": "application/json"}
    header = bearer(make_api_client(), "spots:read")

    answer = client.generic("POST", "/api/v1/complaints/", headers=header, **told)

    assert answer.status_code == 403
    assert not sent.was_read


JUNK = ["Basic " + "%ff" * 100, "Basic //79", "Basic OjpcMDo=", "Basic AAA=", "Basic", "\xff\xfe a"]


@pytest.mark.parametrize("said", JUNK)
@pytest.mark.parametrize("url", ["/oauth/token/", "/oauth/revoke_token/"])
def test_whoever_says_who_they_are_in_no_words_is_refused(client: Client, url: str, said: str):
    answer = client.post(url, {"grant_type": "client_credentials"}, headers={"authorization": said})

    assert answer.status_code in {400, 401}


@pytest.mark.parametrize("said", ["Bearer \xff\xfe", "Bearer a\0", "Bearer " + "a" * 8000, *JUNK])
def test_a_token_that_is_none_is_refused(client: Client, said: str):
    assert client.get("/api/v1/spots/", headers={"authorization": said}).status_code == 401
