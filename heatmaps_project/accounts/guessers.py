"""
Who tries a password at many names from one address is stopped; whoever is known there is not.

To check a password takes a third of a second of CPU, whoever asks for it: of those who are not
known where they come from, so many are checked that others are still served.
"""

from typing import Any, Final

from axes.attempts import get_cool_off_threshold
from axes.backends import AxesStandaloneBackend
from axes.exceptions import AxesBackendPermissionDenied
from axes.models import AccessAttempt, AccessLog
from django.http import HttpRequest

from complaints.limits import all_seldom_enough, network_of, sender_of

# Of one address within AXES_COOLOFF_TIME: more than mistype in an office that shares one.
MOST_NAMES: Final = 50
# Passwords of names new to where they come from, in each web process: with a network of IPv6 one is
# 65,536 addresses, and five a second were a server of two cores.
OF_A_NETWORK: Final = 100
OF_ALL: Final = 500
WINDOW: Final = 600  # seconds


class GuesserBackend(AxesStandaloneBackend):
    """Locks out as axes does, by name and address, and by address alone for names new to it."""

    def authenticate(
        self,
        request: Any,
        username: str | None = None,
        password: str | None = None,
        **credentials: Any,
    ) -> None:
        """
        :raises AxesBackendPermissionDenied: too many names were tried from this address, or more
            passwords from its network, or from all, than are checked
        """
        super().authenticate(request, username, password, **credentials)
        if request is None or not username:
            return
        if _guesses(request, username) or (password and _floods(request, username)):
            request.axes_locked_out = True
            raise AxesBackendPermissionDenied


def is_known_at(username: str, request: HttpRequest) -> bool:
    """Whether somebody has signed in from where a request comes from."""
    return _is_known(username, ip_address=sender_of(request) or None)


def _guesses(request: HttpRequest, username: str) -> bool:
    here = {"ip_address": sender_of(request) or None}
    tried = AccessAttempt.objects.filter(
        **here, attempt_time__gte=get_cool_off_threshold(request)
    ).exclude(username=username)
    names = tried.order_by().values("username").distinct()[: MOST_NAMES + 1]
    return len(names) >= MOST_NAMES and not _is_known(username, **here)


def _floods(request: HttpRequest, username: str) -> bool:
    if is_known_at(username, request):
        return False
    limits = (
        (f"passwords:{network_of(request)}", OF_A_NETWORK, WINDOW),
        ("passwords", OF_ALL, WINDOW),
    )
    return not all_seldom_enough(limits)


def _is_known(username: str, *, ip_address: str | None) -> bool:
    return bool(AccessLog.objects.filter(username=username, ip_address=ip_address).exists())
