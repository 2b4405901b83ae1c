"""
Requests as the web servers take them: read as UTF-8, whatever charset their sender names.

Django reads a form's fields, and what follows the "?" of an address, in the charset that the head
names: one that is no charset of texts (zlib), or that gives up (undefined, idna), was an error of
each page, for anybody; so were parameters of the head that make no sense (RFC 2231).

And what a head says is read in the square of its length in places: a cookie of backslashes by
Python before 3.11.10 (CVE-2024-7592), an Accept of semicolons by Django. gunicorn limits each line
to 8 KB and puts a hundred of one name together: 200 KB of them held a core for minutes.
"""

import re
from http import HTTPStatus
from typing import Any, Final

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

LONGEST: Final = 8190  # letters of one name in a head, as of one line in gunicorn

_BOUNDARY: Final = re.compile(
    r';\s*boundary=(?:"([^"\\]{1,200})"|([^\s;"\\]{1,200}))\s*(?=;|$)', re.ASCII | re.IGNORECASE
)


def told(content_type: str) -> str:
    """Return a Content-Type without what we do not ask it for: all but a form's boundary."""
    media, sign, _more = content_type.partition(";")
    found = _BOUNDARY.search(content_type) if sign else None
    return f'{media}; boundary="{found[1] or found[2]}"' if found else media


class Utf8Request(WSGIRequest):
    def __init__(self, environ: dict[str, Any]) -> None:
        environ["CONTENT_TYPE"] = told(environ.get("CONTENT_TYPE", ""))
        if "\\" in environ.get("HTTP_COOKIE", ""):  # no cookie has one (RFC 6265, 4.1.1)
            environ["HTTP_COOKIE"] = environ["HTTP_COOKIE"].replace("\\", "")
        super().__init__(environ)


class Application(WSGIHandler):
    """Refuses a head with too long a line before anything of it is read."""

    request_class = Utf8Request

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        if any(len(said) > LONGEST for name, said in environ.items() if name.startswith("HTTP_")):
            status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            head = [("Content-Type", "text/plain"), ("Cache-Control", "no-store")]
            start_response(f"{status.value} {status.phrase}", head)
            return [status.phrase.encode()]
        return super().__call__(environ, start_response)
