"""Outages and works: a number, a kind, a time, and the sites or the area that they are about."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from django.contrib.gis.gdal import GDALException
from django.contrib.gis.geos import GEOSException, GEOSGeometry
from django.core.exceptions import SuspiciousOperation
from django.db.models import Q
from django.utils.translation import gettext as _

from spots.network.grounds import fans_of, ground_of
from spots.network.imports.kinds import values
from spots.network.imports.kinds.adapter import (
    Adapter,
    Body,
    Context,
    Refused,
    Thing,
    refused,
    with_body,
)
from spots.network.imports.kinds.values import RowError, Values
from spots.network.imports.reading import Row
from spots.network.models import NetworkEvent

NUMBER = ("external_id", "id", "number", "номер")
KINDS = {
    "outage": "outage",
    "авария": "outage",
    "works": "works",
    "работы": "works",
    "build": "build",
    "строительство": "build",
}
MOST_SITES = 500  # of one event


class Events(Adapter):
    most = 100_000

    def __init__(self, context: Context) -> None:
        self._context = context

    def take(self, row: Row) -> Thing | None:
        key = values.text(row.values, *NUMBER, longest=100)
        try:
            body, repaired = self._body(row)
        except RowError as error:
            raise RowError(str(error), key=key) from None
        return Thing(row.line, key, body, dict(row.values), repaired)

    def _body(self, row: Row) -> tuple[Body, bool]:
        zone, told = self._context.zone, row.values
        starts = values.moment(told, "starts_at", "start", "начало", zone=zone)
        ends = values.moment(told, "ends_at", "end", "окончание", zone=zone, needed=False)
        if starts and ends and ends < starts:
            raise RowError(_("It ends before it starts."))
        sites = _codes(told)
        shape = row.shape or _wkt(told)
        if shape is None and not sites:
            raise RowError(_("It says neither sites nor an area."))
        area, repaired = values.area(shape) if shape is not None else (None, False)
        return {
            "kind": values.choice(told, "kind", "type", "вид", known=KINDS),
            "title": values.text(told, "title", "название", longest=200),
            "starts_at": instant(starts),
            "ends_at": instant(ends),
            "cause": values.text(told, "cause", "причина", longest=50, needed=False),
            "sites": sites,
            "area": values.written(area) if area is not None else "",
        }, repaired

    def resolved(self, things: Sequence[Thing]) -> Iterable[Thing | Refused]:
        """Refuse sites that are not there; an event of sites alone is where these serve."""
        codes = {code for thing in things for code in thing.body["sites"]}
        fans = fans_of(self._context.brand_id, codes)
        for thing in things:
            sites = thing.body["sites"]
            missing = [code for code in sites if code not in fans]
            if missing:
                yield refused(thing, _("There is no site “%(code)s”.") % {"code": missing[0]})
            elif thing.body["area"]:
                yield thing
            else:
                served = ground_of(fan for code in sites for fan in fans[code])
                yield with_body(thing, area=values.written(served))

    def known(self, keys: Iterable[str], *, for_update: bool = False) -> dict[str, Body]:
        rows = NetworkEvent.objects.filter(
            ~Q(external_id=""), brand=self._context.brand_id, external_id__in=list(keys)
        )
        if for_update:
            rows = rows.select_for_update().order_by("pk")
        return {row.external_id: body_of(row) for row in rows.prefetch_related("sites")}

    def replaced(self) -> Iterator[str]:
        """Those that have ended are history, which a list of the present ones does not replace."""
        rows = NetworkEvent.objects.filter(
            Q(ends_at=None) | Q(ends_at__gt=self._context.now),
            ~Q(external_id=""),
            brand=self._context.brand_id,
        )
        return rows.values_list("external_id", flat=True).iterator()


def body_of(row: NetworkEvent) -> Body:
    return {
        "kind": row.kind,
        "title": row.title,
        "starts_at": instant(row.starts_at),
        "ends_at": instant(row.ends_at),
        "cause": row.cause_code,
        "sites": sorted(site.code for site in row.sites.all()),
        "area": values.written(row.area),
    }


def instant(at: datetime | None) -> str | None:
    """Return a time in the one way that bodies hold it."""
    return at.astimezone(UTC).isoformat() if at else None


def _codes(told: Values) -> list[str]:
    said = values.told(told, ("sites", "site", "станции"))
    words = said if isinstance(said, list) else str(said or "").replace(";", ",").split(",")
    codes = sorted({str(word).strip() for word in words} - {""})
    if len(codes) > MOST_SITES or any(len(code) > 50 or "\0" in code for code in codes):
        raise RowError(_("“%(name)s” is no list of sites' codes.") % {"name": "sites"})
    return codes


def _wkt(told: Values) -> GEOSGeometry | None:
    """The area of a row of a CSV file, in its column wkt."""
    said = values.told(told, ("wkt", "area"))
    if said is None:
        return None
    try:
        return GEOSGeometry(str(said), srid=4326)
    # WKT, or GeoJSON, which may name a coordinate system of its own
    except (ValueError, GDALException, GEOSException, SuspiciousOperation):
        raise RowError(_("Its shape cannot be read.")) from None
