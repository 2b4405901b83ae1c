"""A tile as an answer: by its name, so that a browser need not be sent it again, and packed."""

import gzip
import hashlib
import re
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag

# zlib's levels above take two and a half times as long, and save a thirteenth
_LEVEL: Final = 3
_TOO_SHORT: Final = 200  # bytes: packed, they hardly get fewer
_ACCEPTS: Final = re.compile(r"\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))")


def tile_answer(
    request: HttpRequest, make: Callable[[], bytes], *, age: int, etag: str | None = None
) -> HttpResponse:
    """
    A tile by its name, or a digest of it if it has none; 304 where the browser has that.

    age  seconds that the browser may go on showing it without asking again
    """
    body = make() if etag is None else None
    quoted = "W/" + quote_etag(etag or hashlib.sha256(body or b"").hexdigest()[:32])
    answer = get_conditional_response(request, etag=quoted) or _packed(
        request, make() if body is None else body
    )
    answer.headers["ETag"] = quoted
    answer.headers["Cache-Control"] = f"private, max-age={age}"
    patch_vary_headers(answer, ("Accept-Encoding",))
    return answer


def _packed(request: HttpRequest, body: bytes) -> HttpResponse:
    answer = HttpResponse(body, content_type="application/vnd.mapbox-vector-tile")
    if len(body) >= _TOO_SHORT and _ACCEPTS.search(request.headers.get("Accept-Encoding", "")):
        answer.content = gzip.compress(body, _LEVEL, mtime=0)
        answer.headers["Content-Encoding"] = "gzip"
    return answer
