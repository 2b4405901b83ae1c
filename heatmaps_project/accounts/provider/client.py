"""The provider of identities that the settings name, and what it says of whoever comes back."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any, Final

from authlib.common.errors import AuthlibBaseError
from authlib.common.urls import add_params_to_uri
from authlib.integrations.django_client import OAuth
from authlib.oidc.core import UserInfo
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from joserfc.errors import JoseError
from requests import RequestException

from heatmaps_project.accounts.provider.claims import Person, Rules, UnclearError, person_in
from heatmaps_project.accounts.provider.line import Provider

TIMEOUT_S: Final = 10.0  # of one question, however slowly bytes trickle in
# Requests of one web process that wait for it at once, of the few that the process has: anybody may
# ask for the way there, and where it is slow the others serve everybody else.
MOST_AT_ONCE: Final = 2
_PATIENCE_S: Final = 0.5
_AT_ONCE: Final = BoundedSemaphore(MOST_AT_ONCE)
# As its answers are read: JSON of another shape than its specification says is one of these.
_MALFORMED: Final = (ValueError, LookupError, RuntimeError, TypeError, AttributeError)
_NAME: Final = "provider"
_WAYS_KEPT: Final = 4  # of one browser's tabs: of each there is something in its session


class UnprovenError(Exception):
    """The provider does not answer, or not so that it can be believed; says why, for the log."""


def is_set_up() -> bool:
    return bool(settings.OIDC["issuer"])


def way_there(request: HttpRequest) -> HttpResponse:
    """
    Lead to the provider: Authorization Code with PKCE, state and nonce, all of this session.

    :raises UnprovenError: it does not answer
    """
    asked = {"acr_values": " ".join(settings.OIDC["acr"])} if settings.OIDC["acr"] else {}
    back = settings.PUBLIC_URL.rstrip("/") + reverse("provider-back")
    begun = [name for name in dict(request.session) if name.startswith(f"_state_{_NAME}_")]
    for name in begun[: 1 - _WAYS_KEPT]:
        del request.session[name]
    with _asking():
        answer: HttpResponse = _client().authorize_redirect(request, back, **asked)
    return answer


def whoever_comes_back(request: HttpRequest) -> Person:
    """
    Take the code for a token and read it: signed by this provider, for us, for this session, now.

    :raises UnprovenError: one of these is not so
    """
    wanted = {
        "iss": {"essential": True, "value": settings.OIDC["issuer"]},
        "aud": {"essential": True, "value": settings.OIDC["client_id"]},
        "sub": {"essential": True},
    }
    with _asking():
        said = _client().authorize_access_token(request, claims_options=wanted)["userinfo"]
        if not isinstance(said, UserInfo):  # it stands beside the token, so nobody has signed it
            raise UnclearError
        return person_in(said, _rules())


def way_out() -> str:
    """
    Return where the provider ends its own session, and leads back to our sign-in page.

    OpenID Connect RP-Initiated Logout 1.0. It is told which client asks, and no token of the
    person's: we keep none. So it may ask them whether they mean it.

    :raises UnprovenError: it does not answer, or has no such address
    """
    with _asking():
        page = _client().load_server_metadata()["end_session_endpoint"]
    back = settings.PUBLIC_URL.rstrip("/") + reverse("admin:login")
    said = {"client_id": settings.OIDC["client_id"], "post_logout_redirect_uri": back}
    return str(add_params_to_uri(page, said.items()))


@contextmanager
def _asking() -> Iterator[None]:
    """:raises UnprovenError: too many ask it already, or what it answers is not to be believed"""
    if not _AT_ONCE.acquire(timeout=_PATIENCE_S):
        raise UnprovenError("too many ask it at once")
    try:
        yield
    except UnclearError as fault:
        raise UnprovenError("a claim is missing") from fault
    except (AuthlibBaseError, JoseError, RequestException, *_MALFORMED) as fault:
        raise UnprovenError(type(fault).__name__) from fault
    finally:
        _AT_ONCE.release()


def has_roles() -> bool:
    """Whether groups at the provider say what one may do here."""
    return bool(settings.OIDC["roles"])


def _rules() -> Rules:
    said: Any = settings.OIDC
    return Rules(
        account=said["account_claim"],
        groups=said["groups_claim"],
        roles=said["roles"],
        acr=frozenset(said["acr"]),
        amr=frozenset(said["amr"]),
    )


def _client() -> Any:
    """Made anew for each sign-in: what the provider says of itself and its keys is never stale."""
    said: Any = settings.OIDC
    issuer = said["issuer"].rstrip("/")
    return OAuth().register(
        _NAME,
        client_id=said["client_id"],
        client_secret=said["client_secret"],
        server_metadata_url=f"{issuer}/.well-known/openid-configuration",
        client_cls=Provider,
        client_kwargs={
            "scope": "openid profile email",
            "code_challenge_method": "S256",
            "default_timeout": TIMEOUT_S,
        },
    )
