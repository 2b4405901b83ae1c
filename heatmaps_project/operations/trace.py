"""What a log line belongs to: the request or task that wrote it, and the case that it is about."""

import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any
from uuid import uuid4

from celery import current_task
from django.http import HttpRequest, HttpResponse

SENT = re.compile(r"[A-Za-z0-9._-]{8,64}")  # an id that a proxy in front may have given
CASES = {"spots_spot", "spots_singlecase"}  # pages of a case, by the beginning of their names
_SHORTEST_PHONE = 10**9  # whoever types a phone for a row finds none, and it is not logged

_request: ContextVar[str] = ContextVar("request", default="")
_case: ContextVar[int | None] = ContextVar("case", default=None)


def whereabouts() -> dict[str, Any]:
    """Return `request` (or the task's id) and `case`, as far as they are known."""
    request = _request.get() or (current_task and current_task.request.id) or ""
    case = _case.get()
    return {**({"request": request} if request else {}), **({"case": case} if case else {})}


class TraceMiddleware:
    """Each request has an id, its proxy's or one of ours; the answer says it, and each log line."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent = request.headers.get("X-Request-ID", "")
        known = sent if SENT.fullmatch(sent) else uuid4().hex
        of_request, of_case = _request.set(known), _case.set(None)
        try:
            response = self.get_response(request)
        finally:
            _request.reset(of_request)
            _case.reset(of_case)
        response["X-Request-ID"] = known
        return response

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
    ) -> None:
        name = (request.resolver_match and request.resolver_match.url_name) or ""
        number = kwargs.get("object_id")
        is_row = isinstance(number, int) and number < _SHORTEST_PHONE
        if is_row and name.rpartition("_")[0] in CASES:
            _case.set(number)
