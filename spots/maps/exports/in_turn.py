"""A GeoPackage as an answer: in a web process they are written one after another."""

from typing import Final

from django.http import HttpResponse
from django.utils.translation import gettext as _

from complaints.turns import NoTurnError, Turns
from spots.maps.exports.files import as_geopackage
from spots.maps.exports.tables import Table

MEDIA_TYPE: Final = "application/geopackage+sqlite3"
# One of all layers takes seconds, and 140 MB.
_TURNS: Final = Turns()


def geopackage(tables: list[Table]) -> HttpResponse:
    """Return the file; 503 in words where its turn does not come."""
    try:
        with _TURNS.taken():
            return HttpResponse(as_geopackage(tables), content_type=MEDIA_TYPE)
    except NoTurnError:
        words = _("Others are taking such files right now. Try again.")
        return HttpResponse(words, status=503, content_type="text/plain; charset=utf-8")
