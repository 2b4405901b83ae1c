"""A network under the spots and complaints of bench/pages: sites, coverage, works."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db import connection

from complaints.models import Brand
from heatmaps_project.bench.pages.filling import LAT, LON
from spots.models import Coverage, NetworkEvent, Site
from spots.network.models import Technology

# As far as bench/pages sets its spots, degrees.
WIDE, HIGH = 3.0, 1.0
MIDDLE = (LON + WIDE / 2 + 0.004, LAT + 0.644)  # of what is looked at: among the newest spots
SITES, EVENTS = 5000, 60

SITES_SQL = """
    INSERT INTO spots_site (brand_id, code, name, point, technologies)
    SELECT %(brand)s, 'B' || n, 'Site ' || n,
        ST_SetSRID(ST_Point(
            %(lon)s + %(wide)s * (n * 0.618034 - floor(n * 0.618034)),
            %(lat)s + %(high)s * (n * 0.754878 - floor(n * 0.754878))
        ), 4326), ARRAY['2G', '3G', '4G']
    FROM generate_series(1, %(many)s) AS n
"""
COVERAGE_SQL = """
    INSERT INTO spots_coverage (brand_id, technology, level, area, valid_from, source)
    SELECT %(brand)s, %(technology)s, %(level)s,
        ST_Multi(ST_Union(ST_Buffer(point, %(metres)s / 80000.0, 6))), %(day)s, 'bench'
    FROM spots_site
"""
REACH_M = {"2G": 4000, "3G": 2500, "4G": 1800, "5G": 400}


def lay_network(*, now: datetime) -> None:
    """Fill in sites, coverage of each technology, and works that are on."""
    brand = Brand.objects.earliest("pk")
    values: dict[str, Any] = {
        "brand": brand.pk,
        "lon": LON,
        "lat": LAT,
        "wide": WIDE,
        "high": HIGH,
        "many": SITES,
    }
    with connection.cursor() as cursor:
        cursor.execute(SITES_SQL, values)
        for technology in Technology.values:
            for level, share in ((Coverage.Level.OUTDOOR, 1.0), (Coverage.Level.INDOOR, 0.5)):
                named: dict[str, Any] = {
                    "brand": brand.pk,
                    "technology": technology,
                    "level": level,
                    "metres": REACH_M[technology] * share,
                    "day": now.date(),
                }
                cursor.execute(COVERAGE_SQL, named)
        cursor.execute("ANALYZE spots_site, spots_coverage")
    NetworkEvent.objects.bulk_create(
        NetworkEvent(
            brand=brand,
            kind=NetworkEvent.Kind.WORKS,
            title=f"Works {number}",
            area=MultiPolygon(Polygon.from_bbox(site.point.buffer(0.03).extent), srid=4326),
            starts_at=now - timedelta(hours=1),
        )
        for number, site in enumerate(Site.objects.order_by("pk")[:EVENTS])
    )
