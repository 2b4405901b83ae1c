"""Measurements: answers to a survey of network quality, and counters of cells; a row each."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import ClassVar, Final

from django.utils.translation import gettext as _

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
from spots.network.models import Measurement, MeasurementQuerySet, Site

NUMBER: Final = ("external_id", "id", "номер")
AT: Final = ("at", "date", "time", "когда", "дата")
SCORE: Final = ("score", "оценка")
SITE: Final = ("site", "code", "site_code", "код")
CELL: Final = ("cell", "sector", "сота")
TRIED: Final = ("attempts", "tried", "попыток")
FAILED: Final = ("failures", "failed", "неудач")
BEST: Final = 10
POOR_UP_TO: Final = 6  # of 0 … BEST, as with NPS: who says so would not recommend the network
MOST_TRIED: Final = 1_000_000_000  # of one cell in one row


class Measured(Adapter):
    """What both kinds have in common. A body: point, at, tried, failed."""

    most = 300_000
    kind: ClassVar[str]

    def __init__(self, context: Context) -> None:
        self._context = context

    def known(self, keys: Iterable[str], *, for_update: bool = False) -> dict[str, Body]:
        rows = self._rows().filter(external_id__in=list(keys))
        if for_update:
            rows = rows.select_for_update().order_by("pk")
        return {row.external_id: body_of(row) for row in rows}

    def replaced(self) -> Iterator[str]:
        return self._rows().values_list("external_id", flat=True).iterator()

    def _rows(self) -> MeasurementQuerySet:
        return Measurement.objects.filter(brand=self._context.brand_id, kind=self.kind)

    def _at(self, told: Values) -> str:
        at = values.moment(told, *AT, zone=self._context.zone)
        assert at is not None  # it is needed
        if at > self._context.now:
            raise RowError(_("“%(name)s” is in the future.") % {"name": AT[0]})
        return at.isoformat()


class Surveys(Measured):
    kind = Measurement.Kind.SURVEY

    def take(self, row: Row) -> Thing | None:
        key = values.text(row.values, *NUMBER, longest=200)
        score = values.number(row.values, *SCORE, least=0, most=BEST) or 0.0
        body = {
            "point": values.written(values.point(row.values, row.shape)),
            "at": self._at(row.values),
            "tried": 1,
            "failed": int(score <= POOR_UP_TO),
        }
        return Thing(row.line, key, body, dict(row.values))


class Counters(Measured):
    kind = Measurement.Kind.COUNTER

    def take(self, row: Row) -> Thing | None:
        told = row.values
        site = values.text(told, *SITE, longest=50)
        cell = values.text(told, *CELL, longest=100, needed=False)
        at = self._at(told)
        tried = _whole(told, TRIED, least=1)
        failed = _whole(told, FAILED, least=0)
        if failed > tried:
            raise RowError(_("It failed more often than it was tried."))
        body = {"site": site, "at": at, "tried": tried, "failed": failed}
        return Thing(row.line, f"{site}|{cell}|{at}", body, dict(told))

    def resolved(self, things: Sequence[Thing]) -> Iterable[Thing | Refused]:
        """Put each where its site stands; one query."""
        codes = {thing.body["site"] for thing in things}
        sites = Site.objects.filter(brand=self._context.brand_id, code__in=codes)
        points = dict(sites.values_list("code", "point"))
        for thing in things:
            code = thing.body["site"]
            if code not in points:
                yield refused(thing, _("There is no site “%(code)s”.") % {"code": code})
                continue
            placed = with_body(thing, point=values.written(points[code]))
            del placed.body["site"]
            yield placed


def body_of(row: Measurement) -> Body:
    return {
        "point": values.written(row.point),
        "at": row.at.isoformat(),
        "tried": row.tried,
        "failed": row.failed,
    }


def row_of(brand_id: int, kind: str, key: str, body: Body) -> Measurement:
    """Return what a body stands for, not stored."""
    return Measurement(
        brand_id=brand_id,
        kind=kind,
        external_id=key,
        point=values.shape_of(body["point"]),
        at=datetime.fromisoformat(body["at"]),
        tried=body["tried"],
        failed=body["failed"],
    )


def _whole(told: Values, names: tuple[str, ...], *, least: int) -> int:
    found = values.number(told, *names, least=least, most=MOST_TRIED) or 0.0
    if found % 1:
        raise RowError(_("“%(name)s” is no whole number.") % {"name": names[0]})
    return int(found)
