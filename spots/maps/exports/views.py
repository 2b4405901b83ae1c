"""The map's view as a file: each layer that is shown and that its reader may see."""

import logging
from collections.abc import Iterable
from datetime import datetime
from http import HTTPStatus

from django.contrib import admin
from django.contrib.auth.models import AbstractUser
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from complaints.customers.handed_out import of_customers
from complaints.customers.reader import reader_of, walls_of
from spots.maps.exports.files import as_csv, as_geojson
from spots.maps.exports.in_turn import geopackage
from spots.maps.exports.tables import MOST_ROWS, Table, TooManyRowsError, tables, taken
from spots.maps.forms import BoxForm, TakingForm, TileForm
from spots.maps.views import may_see_map

TYPES = {
    "geojson": "application/geo+json",
    "csv": "text/csv; charset=utf-8",
}

# A single case is one complaint: its number leads to whose it is, and beside it stands where.
_OF_CUSTOMERS = frozenset({"complaints", "singles"})

logger = logging.getLogger(__name__)


@require_http_methods(["GET", "HEAD", "POST"])
@admin.site.admin_view
@may_see_map
def export(request: HttpRequest, form: str) -> HttpResponse | StreamingHttpResponse:
    """
    A view's layers as GeoJSON, CSV or GeoPackage; what is asked for is as of tiles and views.

    A file that says who customers are, or where, is asked for by a POST that says what for: both
    stay in the record of looks, and each of its rows says who took it.
    """
    box, what = BoxForm(request.GET), TileForm(request.GET)
    if not box.is_valid() or not what.is_valid():
        return JsonResponse({**box.errors, **what.errors}, status=400)
    reader, now = reader_of(request), timezone.now()
    layers, names = what.layers_for(reader), reader.has_perm("complaints.view_customer")
    is_of_customers = names and not _OF_CUSTOMERS.isdisjoint(layers)
    taking = TakingForm(request.POST)
    if is_of_customers and not taking.is_valid():
        return _refused(_("A reason is needed."))
    try:
        found = tables(
            box.box,
            what.asked(walls=walls_of(request), now=now),
            layers=layers,
            with_customers=names,
        )
    except TooManyRowsError as error:
        said = _("More than %(most)s rows of “%(layer)s” are in this view: zoom in.")
        return _refused(said % {"most": MOST_ROWS, "layer": error})
    found = _signed(found, by=reader, now=now) if is_of_customers else found
    logger.info("User %s exports %s of the map as %s.", reader.pk, ",".join(layers), form)
    answer = _answer(found, form)
    if answer.status_code != HTTPStatus.OK:
        return answer
    name = f"map-{timezone.localtime(now):%Y-%m-%d-%H%M}.{form}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    if is_of_customers:
        corners = ",".join(f"{degrees:.4f}" for degrees in box.box.extent)
        why = " ".join(taking.cleaned_data["why"].split())
        of_customers(answer, whose=f"map {corners}", what="file of complaints", why=why)
    return answer


def _refused(words: str) -> HttpResponse:
    return HttpResponse(words, status=400, content_type="text/plain; charset=utf-8")


def _signed(found: list[Table], *, by: AbstractUser, now: datetime) -> list[Table]:
    """Each row says who took it, and when: it goes on saying so wherever it is pasted."""
    return [
        taken(table, by=by.get_username(), at=now) if table.name in _OF_CUSTOMERS else table
        for table in found
    ]


def _answer(found: list[Table], form: str) -> HttpResponse | StreamingHttpResponse:
    if form == "gpkg":
        return geopackage(found)
    lines: Iterable[str] = as_csv(found) if form == "csv" else as_geojson(found)
    return StreamingHttpResponse(lines, content_type=TYPES[form])
