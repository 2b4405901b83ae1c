"""Staff who sign in by their organisation's provider of identities (OpenID Connect)."""

import runpy
import socket
import time
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from jwcrypto.jwk import JWK

from heatmaps_project.accounts.provider import client as provider_client
from heatmaps_project.accounts.provider.claims import Rules, UnclearError, person_in
from heatmaps_project.checks import provider_is_trustworthy
from heatmaps_project.models import User
from tests.factories import make_user
from tests.oidc_provider import CLIENT, Provider, running

pytestmark = pytest.mark.django_db
LOGIN, QUEUE = "/admin/login/", "/admin/spots/spot/"
TWICE = {"amr": ["pwd", "otp"]}
ROLES = {"leads": "supervisor", "staff": "agent"}


@pytest.fixture(scope="module", name="server")
def _server():
    with running() as provider:
        yield provider


@pytest.fixture(name="provider")
def _provider(server: Provider, settings):
    server.claims, server.lies, server.signs_with = {}, {}, None
    settings.OIDC = server.settings(amr=["otp", "hwk"], acr=["phr"])
    settings.PUBLIC_URL = "https://heatmaps.example.org"
    settings.SECOND_FACTOR_ROLES = ["all"]
    return server


def come_back(client, provider, where: str = "/map/"):
    """To the provider and back; the answer that a browser gets in the end."""
    there = client.get(reverse("provider"), {"next": where})
    assert there["Location"].startswith(f"{provider.issuer}/authorize?")
    return client.get(
        provider.approve(there["Location"]).removeprefix("https://heatmaps.example.org")
    )


def is_in(client) -> bool:
    return client.get(QUEUE).status_code == 200


def test_whoever_it_vouches_for_is_signed_in_and_bound_to_it(client, provider):
    user = make_user("dispatcher", username="ann")
    before = client.session.session_key
    provider.claims = {"sub": "s-1", "preferred_username": "ann", **TWICE}
    assert reverse("provider") in client.get(LOGIN).content.decode()

    assert come_back(client, provider)["Location"] == "/map/"
    assert is_in(client)
    assert client.session.session_key != before
    assert User.objects.get().provider_subject == "s-1"
    assert LogEntry.objects.filter(object_id=user.pk).count() == 1

    client.post("/admin/logout/")
    provider.claims["preferred_username"] = "renamed"  # it is they all the same
    come_back(client, provider)
    assert is_in(client)
    client.post("/admin/logout/")
    provider.claims = {"sub": "s-2", "preferred_username": "ann", **TWICE}  # a login given anew
    assert come_back(client, provider)["Location"] == LOGIN
    assert not is_in(client)


def test_who_came_from_it_is_shown_the_way_out_of_it_too(client, provider):
    make_user("dispatcher", username="ann")
    provider.claims = {"sub": "s-1", "preferred_username": "ann", **TWICE}
    come_back(client, provider)

    shown = client.post(reverse("admin:logout"))

    assert not is_in(client)
    assert reverse("provider-out") in shown.content.decode()
    there = urlsplit(client.get(reverse("provider-out"))["Location"])
    assert f"{there.scheme}://{there.netloc}{there.path}" == f"{provider.issuer}/out"
    assert parse_qs(there.query) == {
        "ui": ["ru"],
        "client_id": [CLIENT],
        "post_logout_redirect_uri": [f"https://heatmaps.example.org{LOGIN}"],
    }


def test_whoever_signs_in_here_signs_out_here(client, provider, settings):
    user = make_user("dispatcher")
    for issuer, subject in ((provider.issuer, None), ("", "s-1")):
        settings.OIDC = settings.OIDC | {"issuer": issuer}
        user.provider_subject = subject
        user.save()
        client.force_login(user, backend="heatmaps_project.accounts.backends.RoleBackend")
        shown = client.post(reverse("admin:logout"))
        assert (shown.status_code, is_in(client)) == (200, False)
        assert reverse("provider-out") not in shown.content.decode()
    assert client.get(reverse("provider-out")).status_code == 404


def test_where_it_has_no_way_out_people_are_told(client, provider, monkeypatch):
    metadata = provider.metadata()
    del metadata["end_session_endpoint"]
    monkeypatch.setattr(provider, "metadata", lambda: metadata)

    for _nobody_answers in (False, True):
        english = {"accept-language": "en"}
        answer = client.get(reverse("provider-out"), follow=True, headers=english)
        assert answer.redirect_chain == [(LOGIN, 302)]
        assert "is still signed in" in answer.content.decode()
        monkeypatch.setattr(provider, "metadata", dict)


def test_without_a_second_factor_there_ours_is_asked(client, provider, settings):
    make_user("dispatcher", username="ann")
    provider.claims = {"sub": "s-1", "preferred_username": "ann", "amr": ["pwd"], "acr": "1"}

    there = come_back(client, provider)["Location"]
    assert there.startswith(reverse("second-factor-set-up"))
    assert "next=%2Fmap%2F" in there
    assert not is_in(client)
    settings.SECOND_FACTOR_ROLES = []
    come_back(client, provider)
    assert is_in(client)
    settings.SECOND_FACTOR_ROLES = ["all"]  # that session had one proof
    assert not is_in(client)
    provider.claims["acr"] = "phr"
    come_back(client, provider)
    assert is_in(client)

    settings.OIDC = {**settings.OIDC, "issuer": ""}  # it is switched off: so are its sessions
    assert not is_in(client)
    assert client.get(reverse("provider")).status_code == 404
    assert client.get(reverse("provider-back")).status_code == 404


@pytest.mark.parametrize(
    "lie",
    [
        {"iss": "https://elsewhere.example.org"},
        {"aud": "another client"},
        {"nonce": "of another session"},
        {"exp": 1},
        {"sub": ""},
        {"preferred_username": None},
    ],
    ids=str,
)
def test_what_is_not_said_by_it_to_us_now_signs_nobody_in(client, provider, lie):
    make_user("dispatcher", username="ann")
    provider.claims = {"sub": "s-1", "preferred_username": "ann", **TWICE}
    provider.lies = lie

    assert come_back(client, provider)["Location"] == LOGIN
    assert not is_in(client)


def test_forged_and_stolen_answers_sign_nobody_in(client, provider, django_user_model):
    make_user("dispatcher", username="ann")
    provider.claims = {"sub": "s-1", "preferred_username": "ann", **TWICE}
    provider.signs_with = JWK.generate(kty="RSA", size=2048, kid="k1")
    assert come_back(client, provider)["Location"] == LOGIN
    provider.signs_with = None

    theirs = provider.approve(client.get(reverse("provider"))["Location"])
    stolen = theirs.removeprefix("https://heatmaps.example.org")
    other = type(client)()
    assert other.get(stolen)["Location"] == LOGIN  # of another browser's session
    assert client.get(stolen)["Location"] == "/"
    client.post("/admin/logout/")
    assert client.get(stolen)["Location"] == LOGIN  # twice
    assert client.get(reverse("provider-back"), {"error": "access_denied"})["Location"] == LOGIN
    assert not is_in(client)


def test_groups_give_roles_and_whoever_is_in_none_is_not_let_in(client, provider, settings):
    settings.OIDC = {**settings.OIDC, "roles": ROLES}
    provider.claims = {"sub": "s-1", "preferred_username": "new", "groups": ["staff"], **TWICE}

    come_back(client, provider)
    user = User.objects.get()
    assert (user.username, user.role, user.has_usable_password()) == ("new", "agent", False)
    assert (user.brands.count(), user.is_superuser, is_in(client)) == (0, False, True)
    provider.claims["groups"] = ["staff", "leads"]
    come_back(client, provider)
    assert User.objects.get().role == "supervisor"
    client.post("/admin/logout/")
    provider.claims["groups"] = "visitors"
    assert come_back(client, provider)["Location"] == LOGIN
    assert not is_in(client)


@pytest.mark.parametrize(
    "facts",
    [{"is_superuser": True}, {"is_active": False}, {"provider_subject": "another"}],
    ids=str,
)
def test_an_account_that_is_not_theirs_to_take_is_not_taken(client, provider, settings, facts):
    make_user("administrator", username="ann", **facts)
    settings.OIDC = {**settings.OIDC, "roles": {"staff": "administrator"}}
    provider.claims = {"sub": "s-1", "preferred_username": "ann", "groups": ["staff"], **TWICE}

    assert come_back(client, provider)["Location"] == LOGIN
    assert not is_in(client)
    assert User.objects.exclude(provider_subject="another").exclude(**facts).count() == 0


def test_while_it_does_not_answer_people_are_told(client, provider, settings):
    settings.OIDC = {**settings.OIDC, "issuer": "http://127.0.0.1:9"}

    assert client.get(reverse("provider"))["Location"] == LOGIN


def test_where_it_is_slow_the_pages_of_everybody_else_are_not(rf, settings, monkeypatch):
    """Anybody may ask for the way there, as often as they like, and holds a thread meanwhile."""
    monkeypatch.setattr(provider_client, "TIMEOUT_S", 3)
    refusals: list[str] = []

    def ask() -> None:
        request = rf.get("/")
        request.session = {}
        with pytest.raises(provider_client.UnprovenError) as refused:
            provider_client.way_there(request)
        refusals.append(str(refused.value))

    with socket.create_server(("127.0.0.1", 0)) as silent:
        issuer = f"http://127.0.0.1:{silent.getsockname()[1]}"
        settings.OIDC = {**settings.OIDC, "issuer": issuer}
        threads = [Thread(target=ask) for _ in range(8)]
        began = time.monotonic()
        for thread in threads:
            thread.start()
        while len(refusals) < 8 - provider_client.MOST_AT_ONCE and time.monotonic() < began + 9:
            time.sleep(0.01)
        soon = time.monotonic() - began
        for thread in threads:
            thread.join()

    assert refusals[:6] == ["too many ask it at once"] * 6
    assert soon < 2.5
    assert not {"too many ask it at once"} & set(refusals[6:])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)
NAMES = st.sampled_from(["sub", "preferred_username", "groups", "acr", "amr"])


@given(st.dictionaries(NAMES, JSON | st.sampled_from(["staff", "otp", ["otp"], ["staff"]])))
def test_whatever_claims_are_somebody_is_read_or_nobody(claims):
    rules = Rules("preferred_username", "groups", ROLES, frozenset({"phr"}), frozenset({"otp"}))
    try:
        person = person_in(claims, rules)
    except UnclearError:
        return
    assert person.subject == claims["sub"]
    assert (person.role == "agent") == (claims.get("groups") in ("staff", ["staff"]))
    assert not person.has_second_factor or "otp" in claims["amr"]


def test_a_provider_is_set_up_so_that_it_can_be_trusted(settings):
    assert provider_is_trustworthy(None) == []
    whole = Provider("https://id.example.org").settings(roles={"staff": "agent"})
    settings.OIDC = whole
    assert provider_is_trustworthy(None) == []
    for wrong in (
        {"issuer": "http://id.example.org"},
        {"client_secret": ""},
        {"roles": {"a": "b"}},
        {"malformed_roles": ["heatmaps-leads"]},
    ):
        settings.OIDC = {**whole, **wrong}
        assert [fault.id for fault in provider_is_trustworthy(None)] == ["heatmaps.E003"]


def test_a_group_without_a_role_is_told_of_by_check_and_not_by_a_traceback(settings, monkeypatch):
    monkeypatch.setenv("OIDC_ROLES", "leads=supervisor, a=b = agent ,night shift,=agent")
    settings.OIDC = runpy.run_path("heatmaps_project/sign_in_settings.py")["OIDC"]

    assert settings.OIDC["roles"] == {"leads": "supervisor", "a=b": "agent"}
    assert [fault.msg for fault in provider_is_trustworthy(None)] == [
        "OIDC_ROLES has no role behind: night shift, =agent."
    ]
