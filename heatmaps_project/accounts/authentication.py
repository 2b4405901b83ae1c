"""Which machine a request of the API comes from, and whether its secret holds."""

import hashlib
from collections.abc import Callable, Iterable
from typing import Any, Final, cast

from django.http import QueryDict
from django.utils import timezone
from oauth2_provider.contrib.rest_framework.authentication import OAuth2Authentication
from oauth2_provider.models import AccessToken
from oauth2_provider.oauth2_validators import OAuth2Validator
from rest_framework.request import Request

from heatmaps_project.accounts.models import ApiClient

_TOKEN: Final = "SELECT * FROM oauth2_provider_accesstoken WHERE token_checksum = %s"
_CLIENT: Final = "SELECT * FROM heatmaps_project_apiclient WHERE id = %s"
CLIENT: Final = "api_client_id"  # attribute of a request of Django's


class _Head:
    """
    A request without its body: who sends it stands in its head, and whoever is nobody's client
    has none of it read.
    """

    POST: Final = QueryDict()

    def __init__(self, request: Request) -> None:
        self._request = request
        self.oauth2_error: Any = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._request, name)


class ClientAuthentication(OAuth2Authentication):
    """
    Leaves the client's number where the call is counted (calls/counting.py).

    A token is good for what its client may ask for now: a scope that is taken away ends at once.
    """

    def authenticate(self, request: Request) -> Any:
        head = _Head(request)
        found = cast(Any, super()).authenticate(head)
        vars(request)["oauth2_error"] = head.oauth2_error  # told with 401
        if found is not None:
            token = found[1]
            may = token.application.scopes.split() if token.application else ()
            token.scope = " ".join(one for one in token.scope.split() if one in may)
            vars(request._request)[CLIENT] = token.application_id
        return found


class ClientValidator(OAuth2Validator):
    """
    For a while after a rotation, the old secret of a client holds as well.

    A token and its client are found by two statements that stand written: the one that joins them,
    and a user whom no token of ours has, took six times as long to put together as to run.
    """

    def _load_access_token(self, said: str) -> Any:
        checksum = hashlib.sha256(said.encode()).hexdigest()
        token = _first(AccessToken.objects.raw(_TOKEN, [checksum]))
        if token and token.application_id:
            token.application = _first(ApiClient.objects.raw(_CLIENT, [token.application_id]))
        return token

    def _authenticate_basic_auth(self, request: Any) -> bool:
        return _either(cast(Any, super())._authenticate_basic_auth, request)

    def _authenticate_request_body(self, request: Any) -> bool:
        return _either(cast(Any, super())._authenticate_request_body, request)


def _first(rows: Iterable[Any]) -> Any:
    return next(iter(rows), None)


def _either(has_secret: Callable[[Any], bool], request: Any) -> bool:
    if has_secret(request):
        return True
    client = request.client
    if client is None or not client.has_old_secret(timezone.now()):
        return False
    client.client_secret = client.old_secret  # of this request's copy, which nobody saves
    return has_secret(request)
