"""A provider of identities that lies, or is broken: it signs nobody in, and holds nobody up."""

import base64
import hmac
import json
import resource
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import repeat
from threading import Event, Thread
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from django.urls import reverse
from joserfc import jwt
from joserfc.jwk import RSAKey

from heatmaps_project.accounts.provider import client as provider_client
from heatmaps_project.accounts.provider import views as provider_views
from heatmaps_project.models import User
from tests.factories import make_user
from tests.oidc_provider import CLIENT, Provider

pytestmark = pytest.mark.django_db
LOGIN, QUEUE = "/admin/login/", "/admin/spots/spot/"
HERE = "https://heatmaps.example.org"
KEY = RSAKey.generate_key(2048, {"kid": "k1"})
RIGHT = {"sub": "s-1", "preferred_username": "ann", "amr": ["otp"]}
CONFIGURATION, KEYS, TOKEN = "/.well-known/openid-configuration", "/keys", "/token"


class Hostile:
    """Speaks HTTP on a socket, and answers each path as it was told to."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}"
        self.asked: list[str] = []
        self.faults: list[Exception] = []  # of its own: then nothing was tried
        self.nonce = ""
        self.answers: dict[str, Callable[[], object]] = {}

    def metadata(self, **more: object) -> dict[str, object]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}{TOKEN}",
            "end_session_endpoint": f"{self.issuer}/out",
            "jwks_uri": f"{self.issuer}{KEYS}",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            **more,
        }

    def claims(self, **more: object) -> dict[str, object]:
        now = int(time.time())
        times = {"iat": now, "exp": now + 300}
        return {
            "iss": self.issuer,
            "aud": CLIENT,
            "nonce": self.nonce,
            **times,
            **RIGHT,
            **more,
        }

    def token(self, **more: object) -> dict[str, object]:
        signed = jwt.encode({"alg": "RS256", "kid": "k1"}, self.claims(**more), KEY)
        return {"access_token": "a", "token_type": "Bearer", "id_token": signed}

    def speak(self, line: socket.socket) -> None:
        with line:
            path = line.recv(65536).split(b" ")[1].decode()
            self.asked.append(path)
            usual = {
                CONFIGURATION: self.metadata,
                KEYS: lambda: {"keys": [KEY.as_dict(private=False)]},
                TOKEN: self.token,
            }
            try:
                answer = self.answers.get(path, usual.get(path, dict))()
            except Exception as error:
                self.faults.append(error)
                raise
            try:
                for part in answer if isinstance(answer, Iterator) else [http(answer)]:
                    line.sendall(part)
            except OSError:
                return


def http(body: object, head: str = "HTTP/1.1 200 OK\r\nContent-Type: application/json") -> bytes:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return f"{head}\r\nContent-Length: {len(text)}\r\nConnection: close\r\n\r\n".encode() + text


@contextmanager
def running() -> Iterator[Hostile]:
    over = Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        hostile = Hostile(listener.getsockname()[1])

        def take() -> None:
            while not over.is_set():
                try:
                    line, _address = listener.accept()
                except TimeoutError:
                    continue
                line.settimeout(30)
                Thread(target=hostile.speak, args=[line], daemon=True).start()

        thread = Thread(target=take)
        thread.start()
        try:
            yield hostile
        finally:
            over.set()
            thread.join()


@pytest.fixture(name="hostile")
def _hostile(settings):
    with running() as hostile:
        settings.OIDC = Provider(hostile.issuer).settings(amr=["otp"])
        settings.PUBLIC_URL = HERE
        settings.SECOND_FACTOR_ROLES = ["all"]
        make_user("dispatcher", username="ann")
        yield hostile
        assert hostile.faults == []


def there(client, hostile) -> str:
    """To the provider; the address to come back to, with its state."""
    answer = client.get(reverse("provider"))
    asked = parse_qs(urlsplit(answer["Location"]).query)
    hostile.nonce = asked.get("nonce", [""])[0]
    said = urlencode({"code": "c", "state": asked.get("state", ["none"])[0]})
    return f"{reverse('provider-back')}?{said}"


def is_in(client) -> bool:
    return client.get(QUEUE).status_code == 200


def test_as_long_as_it_is_honest_it_signs_in(client, hostile):
    assert client.get(there(client, hostile))["Location"] == "/"
    assert is_in(client)


def coded(*parts: object) -> str:
    texts = (one if isinstance(one, bytes) else json.dumps(one).encode() for one in parts)
    return b".".join(base64.urlsafe_b64encode(one).rstrip(b"=") for one in texts).decode()


def unsigned(hostile) -> str:
    return coded({"alg": "none"}, hostile.claims(), b"")


def by_the_public_key(hostile) -> str:
    """As an old mistake takes it: what everybody knows is taken for a secret."""
    said = coded({"alg": "HS256", "kid": "k1"}, hostile.claims())
    made = hmac.digest(KEY.as_pem(private=False), said.encode(), "sha256")
    return f"{said}.{coded(made)}"


def half_a_letter(hostile) -> str:
    said = coded({"alg": "RS256", "kid": "k1"}, hostile.claims(preferred_username="ann\ud800"))
    made = KEY.private_key.sign(said.encode(), PKCS1v15(), SHA256())
    return f"{said}.{coded(made)}"


FORGED = {
    "alg none": lambda one: {**one.token(), "id_token": unsigned(one)},
    "HS256 by the public key": lambda one: {**one.token(), "id_token": by_the_public_key(one)},
    "no signature": lambda one: {
        **one.token(),
        "id_token": one.token()["id_token"].rpartition(".")[0],
    },
    "claims beside no token": lambda one: {"access_token": "a", "userinfo": one.claims()},
    "no nonce": lambda one: one.token(nonce=None),
    "issued for two": lambda one: one.token(aud=[CLIENT, "another"], azp="another"),
    "no end": lambda one: one.token(exp=None),
    "issued tomorrow": lambda one: one.token(iat=int(time.time()) + 86_400),
    "of the year 10^300": lambda one: one.token(nbf=10**300),
    "an end in words": lambda one: one.token(exp="never"),
    "NUL in the subject": lambda one: one.token(sub="s-1\0"),
    "half a letter": lambda one: {**one.token(), "id_token": half_a_letter(one)},
    "a long subject": lambda one: one.token(sub="s" * 300),
    "a list for a token": lambda _one: [1, 2],
    "a number for a token": lambda _one: {"access_token": "a", "id_token": 7},
    "nested": lambda _one: b"[" * 200_000,
    "no JSON": lambda _one: b"\xff\xfe",
    "digits": lambda _one: b'{"expires_in": ' + b"9" * 9000 + b"}",
}


@pytest.mark.parametrize("lie", FORGED)
def test_what_it_did_not_sign_for_us_signs_nobody_in_and_is_no_error(client, hostile, lie):
    hostile.answers[TOKEN] = lambda: FORGED[lie](hostile)

    assert client.get(there(client, hostile))["Location"] == LOGIN
    assert hostile.asked[-1] in (TOKEN, KEYS)
    assert not is_in(client)


@pytest.mark.parametrize(
    "keys", [[], [1], {"keys": 7}, {"keys": [{"kty": "RSA"}]}, {"keys": [None]}, b"no"], ids=str
)
def test_keys_that_are_none_are_no_error(client, hostile, keys):
    hostile.answers[KEYS] = lambda: keys

    assert client.get(there(client, hostile))["Location"] == LOGIN
    assert not is_in(client)


@pytest.mark.parametrize("said", [[], [1], 7, None, {}, {"authorization_endpoint": 7}], ids=str)
def test_what_it_says_of_itself_and_is_nothing_is_no_error(client, hostile, said):
    hostile.answers[CONFIGURATION] = lambda: http(said)

    for way in ("provider", "provider-out"):
        assert client.get(reverse(way))["Location"] == LOGIN


@pytest.mark.parametrize("name", ["verify", "proxies", "default_timeout", "client_id", "session"])
def test_what_it_says_of_itself_is_no_setting_of_ours(client, hostile, name):
    hostile.answers[CONFIGURATION] = lambda: hostile.metadata(**{name: None})

    assert client.get(there(client, hostile))["Location"] == "/"
    assert is_in(client)


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def trickling(begun: bytes) -> Iterator[bytes]:
    yield begun
    for letter in repeat(b" "):
        time.sleep(0.1)
        yield letter


SLOW = {
    "head": lambda: trickling(HEAD + b"X-More: "),
    "body": lambda: trickling(HEAD + b"Content-Length: 100000\r\n\r\n{"),
    "body that is closed after": lambda: trickling(HEAD + b"Connection: close\r\n\r\n{"),
    "chunks": lambda: trickling(HEAD + b"Transfer-Encoding: chunked\r\n\r\n"),
}


@pytest.mark.parametrize("how", SLOW)
@pytest.mark.parametrize("path", [CONFIGURATION, TOKEN])
def test_an_answer_letter_by_letter_has_an_end(client, hostile, monkeypatch, path, how):
    monkeypatch.setattr(provider_client, "TIMEOUT_S", 1.0)
    if path == CONFIGURATION:
        hostile.answers[path] = SLOW[how]
        back = reverse("provider")
    else:
        back = there(client, hostile)
        hostile.answers[path] = SLOW[how]
    began = time.monotonic()

    assert client.get(back)["Location"] == LOGIN
    assert time.monotonic() - began < 3


def endless(more: bytes) -> Iterator[bytes]:
    yield HEAD + more
    yield from repeat(b"100000\r\n" + b" " * 0x100000 + b"\r\n", 1000)


@pytest.mark.parametrize("more", [b"Transfer-Encoding: chunked\r\n\r\n", b"\r\n"], ids=str)
def test_an_answer_without_end_fills_no_memory(client, hostile, more):
    hostile.answers[CONFIGURATION] = lambda: endless(more)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    assert client.get(reverse("provider"))["Location"] == LOGIN
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024  # KB


def test_redirects_without_end_have_one(client, hostile):
    head = f"HTTP/1.1 302 Found\r\nLocation: {hostile.issuer}{CONFIGURATION}"
    hostile.answers[CONFIGURATION] = lambda: iter([http(b"", head)])

    assert client.get(reverse("provider"))["Location"] == LOGIN
    assert len(hostile.asked) < 6


@pytest.mark.parametrize(
    ("more", "expected"),
    [({}, False), ({"email_verified": False}, False), ({"email_verified": True}, True)],
    ids=str,
)
def test_an_address_that_somebody_only_says_is_theirs_names_nobody(
    client, hostile, settings, more, expected
):
    """At many providers one writes any address into one's own profile: that of a supervisor."""
    settings.OIDC = {**settings.OIDC, "account_claim": "email"}
    User.objects.update(username="ann@example.org")
    hostile.answers[TOKEN] = lambda: hostile.token(sub="s-9", email="ann@example.org", **more)

    client.get(there(client, hostile))

    assert is_in(client) == expected
    assert User.objects.filter(provider_subject="s-9").exists() == expected


def test_whoever_goes_there_without_end_is_stopped_and_others_are_not(client, hostile, monkeypatch):
    monkeypatch.setattr(provider_views, "MOST_A_MINUTE", 8)
    address = {"REMOTE_ADDR": "203.0.113.77"}

    went = [client.get(reverse("provider"), **address)["Location"] for _ in range(10)]

    assert went[8:] == [LOGIN] * 2
    assert all(one.startswith(hostile.issuer) for one in went[:8])
    assert client.get(reverse("provider-out"), **address)["Location"] == LOGIN
    other = type(client)(REMOTE_ADDR="203.0.113.78")
    assert other.get(reverse("provider"))["Location"].startswith(hostile.issuer)
    begun = [name for name in dict(client.session) if name.startswith("_state_")]
    assert len(begun) == 4  # however often one goes, one's session does not grow
