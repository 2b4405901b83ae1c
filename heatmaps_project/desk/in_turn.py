"""
Pages for which each request counts all conversations: in a web process one after another.

Of a million conversations of a month it takes PostgreSQL half a minute. Eight such requests at once
held every thread of a process, until the database gave up each of them, and nobody had an answer.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.turns import NoTurnError, Turns

COUNTING: Final = Turns()
_SOON_S: Final = 30
BUSY: Final[Promise] = _("Others are counting conversations right now. Try again.")


def in_turn(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let a page be made when its turn comes; a page of 503 where it does not."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            with COUNTING.taken():
                return view(request, *args, **kwargs)
        except NoTurnError:
            busy = render(request, "desk/busy.html", status=HTTPStatus.SERVICE_UNAVAILABLE)
            busy["Retry-After"] = str(_SOON_S)
            return busy

    return answer
