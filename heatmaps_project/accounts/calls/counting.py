"""
Counting the calls of API clients: in this process's memory, and every few seconds in the database.

And saying in the log what each has changed: rows keep as they are, and not who made them so.

A statement for each call would cost intake as much as the complaint itself. What a process has
counted since it last wrote is lost if it is killed: it is no promise, but a look at what goes on.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from threading import Lock
from typing import Final

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from heatmaps_project.accounts.authentication import CLIENT
from heatmaps_project.accounts.calls.models import CallCount
from heatmaps_project.accounts.calls.transitions import Call, Made, add

_METHODS: Final = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_CHANGING: Final = _METHODS - {"GET", "HEAD", "OPTIONS"}
_LONGEST: Final = int(CallCount._meta.get_field("route").max_length or 0)

logger = logging.getLogger(__name__)


class Tally:
    """What was called since it was last taken; for several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._calls: dict[Call, Made] = {}
        self._taken = 0.0  # by the monotonic clock

    def count(self, call: Call, *, every_s: float, now: datetime) -> dict[Call, Made]:
        """
        Count a call; return all that is to be written now: nothing, most of the time.

        every_s  how seldom something is to be written, seconds; what was refused is, at once
        """
        is_error = call.status >= 400
        with self._lock:
            known = self._calls.get(call)
            self._calls[call] = Made(known.times + 1 if known else 1, now)
            if not is_error and time.monotonic() - self._taken < every_s:
                return {}
            taken, self._calls, self._taken = self._calls, {}, time.monotonic()
            return taken


TALLY: Final = Tally()


class CallsMiddleware:
    """
    Counts what API clients call, once it is known who calls (authentication.py), and logs what they
    change.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        client_id = getattr(request, CLIENT, None)
        if client_id is not None:
            _count(request, client_id, response.status_code)
            _log_change(request, client_id, response.status_code)
        return response


def _log_change(request: HttpRequest, client_id: int, status: int) -> None:
    """
    Say which client changed what. A phone of a customer, the words of a complaint, the end of an
    outage: after a secret got into other hands, somebody has to find out what was done with it.
    """
    if request.method in _CHANGING and status < HTTPStatus.BAD_REQUEST:
        # The request's own words are scrubbed of keys where they are said as such: see logs.py.
        said = {"request": request, "facts": {"client": client_id}}
        logger.info("%s %s: %s", request.method, request.path, status, extra=said)


def _count(request: HttpRequest, client_id: int, status: int) -> None:
    route = request.resolver_match.route if request.resolver_match else ""
    # What else is sent is any word: of each there would be a row.
    method = str(request.method) if request.method in _METHODS else "OTHER"
    call = Call(client_id, method, route.rstrip("/")[:_LONGEST], status)
    calls = TALLY.count(call, every_s=settings.API_CALLS_WRITTEN_EVERY, now=timezone.now())
    if not calls:
        return
    try:
        add(calls)
    except Error:
        logger.exception("The calls of API clients were not counted")
