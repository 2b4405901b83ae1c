"""A tile as an answer: by its name, so that a browser need not be sent it again, and packed."""

import hashlib
import re
from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag
from isal import igzip

# A sixth of the time of zlib's level 3, for a tenth more bytes.
_LEVEL: Final = 2
_TOO_SHORT: Final = 200  # bytes: packed, they hardly get fewer
_ACCEPTS: Final = re.compile(r"\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))")


class _Answer(HttpResponse):
    """An answer after which something is left to do, which its reader does not wait for."""

    def __init__(self, *args: Any, afterwards: Callable[[], None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._afterwards = afterwards

    def close(self) -> None:
        super().close()
        self._afterwards()


def tile_answer(
    request: HttpRequest,
    make: Callable[[], bytes],
    *,
    age: int,
    etag: str | None = None,
    afterwards: Callable[[], None] = lambda: None,
) -> HttpResponse:
    """
    A tile by its name, or a digest of it if it has none; 304 where the browser has that.

    age         seconds that the browser may go on showing it without asking again
    afterwards  is done when a tile has been sent
    """
    body = make() if etag is None else None
    quoted = "W/" + quote_etag(etag or hashlib.sha256(body or b"").hexdigest()[:32])
    answer = get_conditional_response(request, etag=quoted) or _packed(
        request, make() if body is None else body, afterwards
    )
    answer.headers["ETag"] = quoted
    answer.headers["Cache-Control"] = f"private, max-age={age}"
    patch_vary_headers(answer, ("Accept-Encoding",))
    return answer


def _packed(request: HttpRequest, body: bytes, afterwards: Callable[[], None]) -> HttpResponse:
    encoding = {}
    if len(body) >= _TOO_SHORT and _ACCEPTS.search(request.headers.get("Accept-Encoding", "")):
        body, encoding = igzip.compress(body, _LEVEL, mtime=0), {"Content-Encoding": "gzip"}
    return _Answer(
        body,
        content_type="application/vnd.mapbox-vector-tile",
        headers=encoding,
        afterwards=afterwards,
    )
