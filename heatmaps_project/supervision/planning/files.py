"""The ranked places as files: GeoJSON, CSV (both row by row) and GeoPackage, never too many."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Final

from django.http import HttpResponse, StreamingHttpResponse

from heatmaps_project.supervision.planning.models import ProposalQuerySet
from spots.maps.exports.files import as_csv, as_geojson
from spots.maps.exports.in_turn import geopackage
from spots.maps.exports.tables import MOST_ROWS, Table

TYPES: Final = {
    "geojson": "application/geo+json",
    "csv": "text/csv; charset=utf-8",
}
COLUMNS: Final = {
    "id": "id",
    "place": "place",
    "state": "state",
    "brand": "brand__code",
    "region": "region__code",
    "site": "site__code",
    **{
        name: name
        for name in (
            *("spots", "came_back", "affected", "subscribers", "complaints", "per_thousand"),
            *("share", "worth", "band", "measured_at"),
        )
    },
}


def table(rows: ProposalQuerySet) -> Table:
    """Return the places, the worthiest first: at most MOST_ROWS of them."""
    return Table("places", COLUMNS, "outline", "MultiPolygon", rows.ranked())


def answered(
    rows: ProposalQuerySet, form: str, *, name: str
) -> HttpResponse | StreamingHttpResponse:
    """
    Return a file of the places.

    form  one of TYPES

    More than MOST_ROWS are refused in words, with 400: the file would not say that it is cut.
    """
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    if rows[: MOST_ROWS + 1].count() > MOST_ROWS:
        return HttpResponse(f"> {MOST_ROWS}", status=400, content_type="text/plain")
    told = [table(rows)]
    if form == "gpkg":
        packed = geopackage(told)
        if packed.status_code == HTTPStatus.OK:
            packed["Content-Disposition"] = headers["Content-Disposition"]
        return packed
    lines: Iterable[str] = as_csv(told) if form == "csv" else as_geojson(told)
    return StreamingHttpResponse(lines, content_type=TYPES[form], headers=headers)
