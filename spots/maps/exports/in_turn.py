"""A GeoPackage as an answer: in a web process they are written one after another."""

from threading import Lock
from typing import Final

from django.http import HttpResponse
from django.utils.translation import gettext as _

from spots.maps.exports.files import as_geopackage
from spots.maps.exports.tables import Table

MEDIA_TYPE: Final = "application/geopackage+sqlite3"
PATIENCE_S: Final = 10.0
# One of all layers takes seconds, and 140 MB: a web server has sixteen threads.
_TURN: Final = Lock()


def geopackage(tables: list[Table]) -> HttpResponse:
    """Return the file; 503 in words where its turn does not come within PATIENCE_S."""
    if not _TURN.acquire(timeout=PATIENCE_S):
        words = _("Others are taking such files right now. Try again.")
        return HttpResponse(words, status=503, content_type="text/plain; charset=utf-8")
    try:
        return HttpResponse(as_geopackage(tables), content_type=MEDIA_TYPE)
    finally:
        _TURN.release()
