"""How long a region's window takes to be read again from the database, after a restart."""

from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db import connection, transaction
from django.utils import timezone

from complaints.models import Brand, Region, Topic
from spots.models import Watch
from spots.watching import engines, learning, reading, transitions

# Invented complaints of the last three days, each from a customer and a place of its own.
COMPLAINTS = """
    INSERT INTO complaints_complaint (
        brand_id, source, external_id, fingerprint, topic_id, channel, text, address, "placing",
        precision, point, region_id, occurred_at, received_at, placed_at
    )
    SELECT %(brand)s, %(source)s, n, '', %(topic)s, 'call', '', '', 'placed', 'house',
        ST_SetSRID(ST_Point(37 + n * 7919 %% 99991 / 1e5, 55 + n * 4729 %% 99991 / 1e5), 4326),
        %(region)s, at, at, at
    FROM generate_series(1, %(many)s) AS n,
        LATERAL (SELECT %(now)s - n * %(within)s / %(many)s AS at) AS moment
"""
ARRIVALS = """
    INSERT INTO spots_arrival (complaint_id, watch_id, baseline_id, at, corrections)
    SELECT id, %(watch)s, %(baseline)s, received_at, 0 FROM complaints_complaint
    WHERE source = %(source)s
"""
CODE = "bench-watch"
WINDOW = timedelta(hours=72)


def rebuild_seconds(many: int = 100_000, *, times: int = 3) -> float:
    """Return the best of some times for a window of so many complaints; nothing is kept of it."""
    with transaction.atomic():
        watch = stored(many)
        place, learnt = reading.place_of(watch), watch.baseline
        assert learnt is not None
        baseline = engines.baseline_of(learnt, {})
        took = []
        for _ in range(times):
            began = perf_counter()
            engines.started(
                watch, place, watch.rule.parameters(), baseline, state={}, at=watch.looked_at
            )
            took.append(perf_counter() - began)
        transaction.set_rollback(True)
    return min(took)


def stored(many: int) -> Watch:
    """Make a watch of a region of its own that has taken so many complaints of three days."""
    now = timezone.now()
    square = MultiPolygon(Polygon.from_bbox((36.9, 54.9, 38.1, 56.1)), srid=4326)
    region = Region.objects.create(code=CODE, name_ru="", name_en="", outline=square)
    brand = Brand.objects.create(code=CODE, name=CODE)
    Topic.objects.create(code=CODE, name_ru="", name_en="")
    transitions.ensure_watches()
    watch = Watch.objects.select_related("region", "rule").get(brand=brand, region=region)
    assert learning.learn_anew(watch, now=now - timedelta(days=4))
    watch.refresh_from_db()
    complain(watch, many, source=CODE, within=WINDOW, now=now)
    with connection.cursor() as cursor:
        cursor.execute(ARRIVALS, {"watch": watch.pk, "baseline": watch.baseline_id, "source": CODE})
        cursor.execute("ANALYZE complaints_complaint, spots_arrival")
    watch.looked_at = now
    return watch


def complain(watch: Watch, many: int, *, source: str, within: timedelta, now: datetime) -> None:
    """Add complaints to a watch's region, of so long until now, from a source that has none."""
    values: dict[str, Any] = {
        "brand": watch.brand_id,
        "region": watch.region_id,
        "topic": Topic.objects.get(code=CODE).pk,
        "source": source,
        "many": many,
        "within": within,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(COMPLAINTS, values)
