"""Sites with their sectors: a row per site, or a row per sector with the site's code in each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from spots.network.imports.kinds import values
from spots.network.imports.kinds.adapter import Adapter, Body, Context, Thing
from spots.network.imports.kinds.values import RowError, Values
from spots.network.imports.reading import Row
from spots.network.models import NetworkEvent, Site

CODE = ("code", "site", "site_code", "код")
MOST_SECTORS = 60  # of one site
APART_DEGREES = 0.003  # sectors of one site stand no farther apart: 300 metres


@dataclass
class _Draft:
    """A site of which some rows were read."""

    line: int
    name: str
    point: Point
    technologies: set[str]
    told: dict[str, Any]
    sectors: list[Body] = field(default_factory=list)


class Sites(Adapter):
    most = 200_000

    def __init__(self, context: Context) -> None:
        self._context = context
        self._drafts: dict[str, _Draft] = {}

    def take(self, row: Row) -> Thing | None:
        code = values.text(row.values, *CODE, longest=50)
        try:
            self._add(code, row)
        except RowError as error:
            raise RowError(str(error), key=code) from None
        return None

    def _add(self, code: str, row: Row) -> None:
        name = values.text(row.values, "name", "название", longest=200, needed=False) or code
        point = values.point(row.values, row.shape)
        sectors = _sectors(row.values)
        draft = self._drafts.get(code)
        found = set(
            values.technologies(
                row.values, "technologies", "technology", needed=draft is None and not sectors
            )
        )
        if draft is None:
            draft = _Draft(row.line, name, point, set(), dict(row.values))
        elif not sectors:
            raise RowError(_("The same stands in line %(n)d already.") % {"n": draft.line})
        elif point.distance(draft.point) > APART_DEGREES:
            raise RowError(_("Line %(n)d puts this site elsewhere.") % {"n": draft.line})
        if len(draft.sectors) + len(sectors) > MOST_SECTORS:
            raise RowError(_("A site has at most %(n)d sectors.") % {"n": MOST_SECTORS})
        of_sectors = {name for sector in sectors for name in sector["technologies"]}
        if not (draft.technologies or found or of_sectors):
            raise RowError(_("“%(name)s” is missing.") % {"name": "technologies"})
        draft.technologies |= found | of_sectors
        draft.sectors += sectors
        self._drafts[code] = draft

    def rest(self) -> Iterator[Thing]:
        for code, draft in self._drafts.items():
            body = {
                "name": draft.name,
                "point": values.written(draft.point),
                "technologies": sorted(draft.technologies),
                "sectors": _ordered(draft.sectors),
            }
            yield Thing(draft.line, code, body, draft.told)

    def known(self, keys: Iterable[str], *, for_update: bool = False) -> dict[str, Body]:
        sites = Site.objects.filter(brand=self._context.brand_id, code__in=list(keys))
        if for_update:
            sites = sites.select_for_update().order_by("pk")
        return {site.code: body_of(site) for site in sites.prefetch_related("sectors")}

    def leaning_on(self, keys: Iterable[str]) -> str:
        events = NetworkEvent.objects.filter(
            sites__brand=self._context.brand_id, sites__code__in=list(keys)
        )
        event = events.order_by("pk").first()
        return str(event) if event else ""

    def replaced(self) -> Iterator[str]:
        sites = Site.objects.filter(brand=self._context.brand_id)
        return sites.values_list("code", flat=True).iterator()


def body_of(site: Site) -> Body:
    sectors = [
        {
            "azimuth": sector.azimuth,
            "beam_width": sector.beam_width,
            "range_m": sector.range_m,
            "technologies": sorted(sector.technologies),
        }
        for sector in site.sectors.all()
    ]
    return {
        "name": site.name,
        "point": values.written(site.point),
        "technologies": sorted(site.technologies),
        "sectors": _ordered(sectors),
    }


def _ordered(sectors: list[Body]) -> list[Body]:
    return sorted(sectors, key=lambda one: (one["azimuth"], one["technologies"], one["beam_width"]))


def _sectors(row: Values) -> list[Body]:
    """Return the sectors that a row tells: a list of them (GeoJSON), or itself as one."""
    listed = row.get("sectors")
    if isinstance(listed, list):
        if not all(isinstance(one, dict) for one in listed):
            raise RowError(_("“%(name)s” is no list of sectors.") % {"name": "sectors"})
        return [_sector(one) for one in listed]
    return [_sector(row)] if values.told(row, ("azimuth", "азимут")) is not None else []


def _sector(row: Values) -> Body:
    azimuth = values.number(row, "azimuth", "азимут", least=0, most=360) or 0.0
    width = values.number(row, "beam_width", "beam", least=1, most=360, needed=False)
    return {
        "azimuth": azimuth % 360,
        "beam_width": 120.0 if width is None else width,
        "range_m": values.number(row, "range_m", "range", least=1, most=100_000, needed=False),
        "technologies": values.technologies(row, "technologies", "technology", needed=False),
    }
