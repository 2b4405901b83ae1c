"""Whose request it is, behind proxies: for lock-outs, limits and the record of sign-ins."""

from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class ClientAddressMiddleware:
    """
    Put the client's own address into REMOTE_ADDR, where whoever wants it looks.

    Each of the TRUSTED_PROXIES appends to X-Forwarded-For whom it heard; so the client is that
    many from its end, and what stands before is what the client made up. Without proxies, or
    where a request came around them, the header says nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        heard = request.headers.get("X-Forwarded-For", "").split(",")
        if 0 < settings.TRUSTED_PROXIES <= len(heard):
            said = heard[-settings.TRUSTED_PROXIES].strip()
            if _is_address(said):
                request.META["REMOTE_ADDR"] = said
        return self.get_response(request)


def _is_address(said: str) -> bool:
    try:
        ip_address(said)
    except ValueError:
        return False
    return True
