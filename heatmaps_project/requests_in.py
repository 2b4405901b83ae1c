"""
Requests as the web servers take them: read as UTF-8, whatever charset their sender names.

Django reads a form's fields, and what follows the "?" of an address, in the charset that the head
names: one that is no charset of texts (zlib), or that gives up (undefined, idna), was an error of
each page, for anybody; so were parameters of the head that make no sense (RFC 2231).
"""

import re
from typing import Any, Final

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

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
        super().__init__(environ)


class Application(WSGIHandler):
    request_class = Utf8Request
