"""Where sites serve: their sectors, or all round where they have none."""

from collections.abc import Collection, Iterable

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon

from spots.network.models import Site
from spots.network.sectors import USUAL_RANGE_M, Fan, outline
from spots.network.shapes import as_multi

# The network around is known if some coverage is drawn this near: else no coverage at a place
# means only that nobody drew it.
DRAWN_M = 30_000.0


def fans_of(brand_id: int, codes: Collection[str]) -> dict[str, list[Fan]]:
    """Return what each of a brand's sites serves, by its code; one query."""
    rows = (
        Site.objects.filter(brand=brand_id, code__in=codes)
        .order_by("pk", "sectors__pk")
        .values_list("code", "point", "sectors__azimuth", "sectors__beam_width", "sectors__range_m")
    )
    fans: dict[str, list[Fan]] = {}
    for code, point, azimuth, width, range_m in rows if codes else ():
        whole = azimuth is None
        fan = Fan(
            lon=point.x,
            lat=point.y,
            azimuth=0.0 if whole else azimuth,
            beam_width=360.0 if whole else width,
            range_m=range_m or USUAL_RANGE_M,
        )
        fans.setdefault(code, []).append(fan)
    return fans


def ground_of(fans: Iterable[Fan]) -> MultiPolygon:
    """Return the ground that any of the fans serves (WGS 84)."""
    ground = as_multi(GEOSGeometry(memoryview(outline(fans).wkb)))
    assert isinstance(ground, MultiPolygon)
    ground.srid = 4326
    return ground
