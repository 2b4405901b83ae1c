"""Coverage: the areas of each technology and level, gathered from as many features as there are."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.gis.geos import GEOSException, MultiPolygon, Polygon
from django.utils.translation import gettext as _

from spots.network.imports.kinds import values
from spots.network.imports.kinds.adapter import Adapter, Body, Context, Refused, Thing, with_body
from spots.network.imports.kinds.values import RowError
from spots.network.imports.reading import Row
from spots.network.models import Coverage

LEVELS = {
    "outdoor": "outdoor",
    "outdoors": "outdoor",
    "indoor": "indoor",
    "indoors": "indoor",
    "на улице": "outdoor",
    "в помещении": "indoor",
}


@dataclass
class _Draft:
    line: int
    valid_from: str | None
    told: dict[str, Any]
    parts: list[Polygon] = field(default_factory=list)
    repaired: bool = False


class CoverageAreas(Adapter):
    most = 50_000

    def __init__(self, context: Context) -> None:
        self._context = context
        self._drafts: dict[str, _Draft] = {}

    def take(self, row: Row) -> Thing | None:
        [technology, *more] = values.technologies(row.values, "technology", "tech")
        if more:
            raise RowError(_("An area is of one technology."))
        level = values.choice(row.values, "level", known=LEVELS, default="outdoor")
        source = values.text(row.values, "source", "layer", longest=200, needed=False)
        key = "|".join((technology, level, source))
        try:
            since = values.moment(row.values, "valid_from", zone=self._context.zone, needed=False)
            shape, repaired = values.area(row.shape)
        except RowError as error:
            raise RowError(str(error), key=key) from None
        draft = self._drafts.setdefault(key, _Draft(row.line, None, dict(row.values)))
        if since is not None:
            draft.valid_from = since.date().isoformat()
        draft.parts += [part for part in shape if isinstance(part, Polygon)]
        draft.repaired |= repaired
        return None

    def rest(self) -> Iterator[Thing]:
        for key, draft in self._drafts.items():
            whole = MultiPolygon(draft.parts, srid=4326)
            if not whole.valid:  # features that touch or overlap
                whole = _united(whole)
            body = {"area": values.written(whole), "valid_from": draft.valid_from}
            yield Thing(draft.line, key, body, draft.told, draft.repaired)

    def resolved(self, things: Sequence[Thing]) -> Iterable[Thing | Refused]:
        """An area that does not say since when stays valid as it is, or is from today on."""
        rows = Coverage.objects.filter(brand=self._context.brand_id).defer("area")
        since = {key_of(row): row.valid_from.isoformat() for row in rows}
        today = self._context.now.astimezone(self._context.zone).date().isoformat()
        for thing in things:
            was = since.get(thing.key, today)
            yield with_body(thing, valid_from=thing.body["valid_from"] or was)

    def known(self, keys: Iterable[str], *, for_update: bool = False) -> dict[str, Body]:
        wanted = set(keys)
        rows = Coverage.objects.filter(brand=self._context.brand_id)
        # A brand has a handful of these; their areas are what is large.
        named = {key_of(row): row.pk for row in rows.defer("area")}
        found = rows.filter(pk__in=[pk for key, pk in named.items() if key in wanted])
        if for_update:
            found = found.select_for_update().order_by("pk")
        return {key_of(row): body_of(row) for row in found}

    def replaced(self) -> Iterator[str]:
        rows = Coverage.objects.filter(brand=self._context.brand_id)
        return (key_of(row) for row in rows.defer("area"))


def key_of(row: Coverage) -> str:
    return "|".join((row.technology, row.level, row.source))


def body_of(row: Coverage) -> Body:
    return {"area": values.written(row.area), "valid_from": row.valid_from.isoformat()}


def _united(whole: MultiPolygon) -> MultiPolygon:
    try:
        return values.area(whole.unary_union)[0]
    except (GEOSException, RowError):
        return values.area(whole)[0]
