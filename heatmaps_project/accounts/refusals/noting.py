"""
Each refusal is written to the log and counted: whoever tries numbers of others' rows is seen.

A row behind somebody's walls is not there for them, so their answer is that of a row that never
was. The log tells them apart: a mistyped number is nobody's concern, another brand's row is.
"""

import logging
from collections.abc import Callable
from typing import Any, Final

from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from complaints.customers.walls import Walls
from heatmaps_project.accounts.authentication import CLIENT
from heatmaps_project.accounts.models import ApiClient, User
from heatmaps_project.accounts.refusals.models import Refusal
from heatmaps_project.accounts.refusals.rows import is_behind_walls
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
        status = _refused(request, response) if request.resolver_match else 0
        client_id = getattr(request, CLIENT, None)
        if status and client_id is not None:
            client = ApiClient.objects.filter(pk=client_id).first()
            _note(request, client.walls if client else None, status, client=client_id)
        elif status and isinstance(request.user, User):
            _note(request, request.user.walls, status, user=request.user.pk)
        return response


def _refused(request: HttpRequest, response: HttpResponse) -> int:
    """403 or 404; 0: it was not refused. From a row that it has not the admin leads elsewhere."""
    if response.status_code in (403, 404):
        return response.status_code
    found: Any = request.resolver_match
    of_a_row = found.app_name == "admin" and (found.url_name or "").endswith(_OF_ROWS)
    if not of_a_row or response.status_code != 302:
        return 0
    where = response["Location"]
    to_its_list = request.method == "GET" and request.path.startswith(where)
    return 404 if to_its_list or where == reverse("admin:index") else 0


def _note(request: HttpRequest, walls: Walls | None, status: int, **who: int) -> None:
    """walls: of whoever asked; None: they are gone meanwhile"""
    found: Any = request.resolver_match
    route = found.route[:_LONGEST]
    rows = {name: int(value) for name, value in found.kwargs.items() if _is_number(value)}
    facts: dict[str, Any] = {**who, "status": status, "route": route, **rows}
    try:
        behind = False
        if rows and walls is not None and status == 404:
            behind = is_behind_walls(request, next(iter(rows.values())), walls=walls)
        add(**who, route=route, status=status, behind=behind, now=timezone.now())
        facts |= {"behind_walls": behind}
    except Error:
        logger.exception("A refusal was not counted")
    logger.warning("Refused", extra={"facts": facts})


def _is_number(value: Any) -> bool:
    """Whether it is the number of a row; anything else may be somebody's phone or name."""
    text = str(value)
    return text.isdecimal() and text.isascii() and len(text) < _SHORTEST_PHONE
