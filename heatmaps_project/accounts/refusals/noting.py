"""
Each refusal is written to the log and counted: whoever tries numbers of others' rows is seen.

A row behind somebody's walls is not there for them, so their answer is that of a row that never
was; what is logged does not tell them apart either.
"""

import logging
from collections.abc import Callable
from typing import Any, Final

from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch, reverse
from django.utils import timezone

from heatmaps_project.accounts.authentication import CLIENT
from heatmaps_project.accounts.models import User
from heatmaps_project.accounts.refusals.models import Refusal
from heatmaps_project.accounts.refusals.transitions import add

_LONGEST: Final = int(Refusal._meta.get_field("route").max_length or 0)
_OF_ROWS: Final = ("_change", "_delete", "_history")  # the admin's pages of one row
_SHORTEST_PHONE: Final = 10  # digits

logger = logging.getLogger(__name__)


class RefusalsMiddleware:
    """Notes what is refused to who is known: staff, and machines (authentication.py)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        found = request.resolver_match
        status = _refused(response, found) if found else 0
        client_id = getattr(request, CLIENT, None)
        user = request.user
        if found and status and (client_id is not None or isinstance(user, User)):
            user_id = user.pk if client_id is None else None
            _note(found, {"user": user_id, "client": client_id}, status)
        return response


def _refused(response: HttpResponse, found: ResolverMatch) -> int:
    """403 or 404; 0: it was not refused. The admin leads to its front page from rows it has not."""
    if response.status_code in (403, 404):
        return response.status_code
    of_a_row = found.app_name == "admin" and (found.url_name or "").endswith(_OF_ROWS)
    to_the_front = response.get("Location") == reverse("admin:index")
    return 404 if of_a_row and to_the_front and response.status_code == 302 else 0


def _note(found: ResolverMatch, whose: dict[str, int | None], status: int) -> None:
    route = found.route[:_LONGEST]
    rows = {name: int(value) for name, value in found.kwargs.items() if _is_number(value)}
    who = {name: number for name, number in whose.items() if number is not None}
    logger.warning("Refused", extra={"facts": {**who, "status": status, "route": route, **rows}})
    try:
        add(
            user_id=whose["user"],
            client_id=whose["client"],
            route=route,
            status=status,
            now=timezone.now(),
        )
    except Error:
        logger.exception("A refusal was not counted")


def _is_number(value: Any) -> bool:
    """Whether it is the number of a row; anything else may be somebody's phone or name."""
    text = str(value)
    return text.isdecimal() and text.isascii() and len(text) < _SHORTEST_PHONE
