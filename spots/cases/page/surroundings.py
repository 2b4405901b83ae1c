"""What is round a case, for its page's map: sites and sectors, coverage, works, other cases."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, cast

import shapely
from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import GEOSGeometry, Polygon
from django.db.models import Func, Prefetch, Q, Value, prefetch_related_objects
from django.http import HttpRequest
from django.utils import timezone

from complaints.customers.reader import walls_of
from complaints.customers.walls import Walls
from spots.cases.addresses import PAGES, page_of
from spots.cases.models import Case
from spots.cases.page.drawing import box_round, sites_near
from spots.cases.places import shown_centre
from spots.cases.wording import moment
from spots.network.models import Coverage, NetworkEvent, Sector, Site
from spots.network.rings import DECIMALS, rings_of
from spots.network.sectors import USUAL_RANGE_M

AROUND_M = 5_000  # of the outline's box, that coverage and areas of events are cut out of
# Bounds that keep the page's drawing under 300 kB with all its complaints.
MOST_SECTORS = 12  # of one site
MOST_EVENTS = 10  # newest
MOST_EVENT_SITES = 20  # of one event, near by
MOST_COVERAGES = 40  # rows
COVERAGE_CORNERS = 600  # of one technology
AREA_CORNERS = 80  # of one event, or of one other case
MOST_CASES = 30  # other cases, the nearest


def surroundings_of(request: HttpRequest, case: Case) -> dict[str, Any]:
    """
    Return the layers of the map that are not of the case itself: six queries.

    Positions are [longitude, latitude] in degrees; each layer may be empty.
    """
    walls, now = walls_of(request), timezone.now()
    drawn: dict[str, Any] = {"near": _near(request, case, walls), "sites": []}
    if request.user.has_perm("spots.view_site"):
        drawn["sites"] = _sites(case, walls)
        drawn["coverage"] = _coverage(case, walls, now)
        drawn["events"] = _events(case, walls, now)
        drawn["event_kinds"] = sorted({(one["kind"], one["label"]) for one in drawn["events"]})
    return drawn


def events_of(case: Case, *, walls: Walls, now: datetime) -> list[NetworkEvent]:
    """Return outages and works that overlap the case in place and time, the newest first."""
    rows = NetworkEvent.objects.within(walls).filter(
        Q(ends_at=None) | Q(ends_at__gte=case.started_at - timedelta(days=1)),
        brand=case.brand_id,
        starts_at__lte=max(now, case.started_at) + timedelta(days=7),
        area__intersects=case.outline or case.centre,
    )
    return cast("list[NetworkEvent]", list(rows.order_by("-starts_at", "-pk")[:MOST_EVENTS]))


def _sites(case: Case, walls: Walls) -> list[dict[str, Any]]:
    return [
        {
            "at": _at(site.point),
            "name": str(site),
            "tech": site.technologies,
            "sectors": [_sector(sector) for sector in site.sectors.all()[:MOST_SECTORS]],
        }
        for site in sites_near(case, walls=walls, with_sectors=True)
    ]


def _sector(sector: Sector) -> list[Any]:
    """Azimuth and beam width in degrees, range in metres, technologies in words."""
    range_m = sector.range_m or USUAL_RANGE_M
    return [sector.azimuth, sector.beam_width, round(range_m), " ".join(sector.technologies)]


def _coverage(case: Case, walls: Walls, now: datetime) -> list[dict[str, Any]]:
    """Where each technology should work outdoors: what its sources say, together."""
    box = box_round(case, metres=AROUND_M)
    shape = GeometryField(srid=4326)
    here = Func("area", Value(box, shape), function="ST_ClipByBox2D", output_field=shape)
    rows = Coverage.objects.within(walls).filter(
        brand=case.brand_id,
        level=Coverage.Level.OUTDOOR,
        valid_from__lte=now.date(),
        area__bboverlaps=box,
    )
    cut = rows.annotate(here=here).order_by("technology", "pk").values_list("technology", "here")
    areas: dict[str, list[GEOSGeometry]] = {}
    for technology, area in cut[:MOST_COVERAGES]:
        areas.setdefault(technology, []).append(area)
    drawn = [
        {"tech": technology, "areas": rings_of(_union(found), most=COVERAGE_CORNERS)}
        for technology, found in areas.items()
    ]
    return [layer for layer in drawn if layer["areas"]]


def _events(case: Case, walls: Walls, now: datetime) -> list[dict[str, Any]]:
    """Each event at its sites near by or, where none is named, where it touches the case."""
    zone, box = case.region.time_zone, box_round(case, metres=AROUND_M)
    events = events_of(case, walls=walls, now=now)
    # An outage may be a whole region's: only its sites near by are drawn.
    near = Site.objects.filter(point__within=box).order_by("pk")
    prefetch_related_objects(events, Prefetch("sites", near))
    drawn = []
    for event in events:
        sites = [_at(site.point) for site in list(event.sites.all())[:MOST_EVENT_SITES]]
        drawn.append(
            {
                "kind": event.kind,
                "label": event.get_kind_display(),
                "title": event.title,
                "from": moment(event.starts_at, zone),
                "until": moment(event.ends_at, zone) if event.ends_at else "",
                "at": sites or [_at(_touching(event.area, case))],
                "area": rings_of(_union([event.area], within=box), most=AREA_CORNERS),
            }
        )
    return drawn


def _touching(area: GEOSGeometry, case: Case) -> Any:
    return area.intersection(case.outline or case.centre).point_on_surface


def _near(request: HttpRequest, case: Case, walls: Walls) -> list[dict[str, Any]]:
    """Other cases of the brand near by that somebody works on, of the kinds the reader may see."""
    kinds = [kind for kind, name in PAGES.items() if request.user.has_perm(f"spots.view_{name}")]
    box = box_round(case)
    rows = Case.objects.within(walls).working().exclude(pk=case.pk)
    rows = rows.filter(
        Q(outline__intersects=box) | Q(outline=None, centre__within=box),
        brand=case.brand_id,
        kind__in=kinds,
    )
    nearest = rows.order_by(Distance("centre", case.centre), "pk")
    return [
        {
            "name": str(other),
            "state": other.get_state_display(),
            "url": page_of(other),
            "at": _place_of(other),
            "outline": rings_of(_union([other.outline]), most=AREA_CORNERS)
            if other.outline
            else [],
        }
        for other in nearest.defer("evidence", "priority_facts", "priority_parts")[:MOST_CASES]
    ]


def _place_of(case: Case) -> list[float]:
    return [round(part, DECIMALS) for part in shown_centre(case)]


def _union(shapes: Iterable[GEOSGeometry], *, within: Polygon | None = None) -> Any:
    parts = [shapely.make_valid(shapely.from_wkb(bytes(shape.wkb))) for shape in shapes if shape]
    whole = shapely.union_all(parts)
    return shapely.clip_by_rect(whole, *within.extent) if within else whole


def _at(point: Any) -> list[float]:
    return [round(point.x, DECIMALS), round(point.y, DECIMALS)]
