"""
Pages for which each request counts all conversations: in a web process one after another.

Of a million conversations of a month it takes PostgreSQL half a minute. Eight such requests at once
held every thread of a process, until the database gave up each of them, and nobody had an answer.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.turns import NoTurnError, Turns

COUNTING: Final = Turns()
BUSY: Final[Promise] = _("Others are counting conversations right now. Try again.")


def in_turn(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let a page be made when its turn comes; 503 in words where it does not."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            with COUNTING.taken():
                return view(request, *args, **kwargs)
        except NoTurnError:
            return HttpResponse(str(BUSY), status=503, content_type="text/plain; charset=utf-8")

    return answer
