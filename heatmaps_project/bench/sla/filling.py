"""Open promises of many cases, made as in life, some of them with pauses."""

from datetime import datetime, timedelta

from django.contrib.gis.geos import Point, Polygon

from complaints.models import Topic
from heatmaps_project.demo.office import open_office
from spots.cases.promises import standings_of
from spots.cases.states import State
from spots.models import Case, Clock, Policy
from spots.sla import transitions as sla
from spots.sla.models import Target

BATCH = 500
TARGETS = 3  # promises of a case
DAYS = 60  # that the cases were opened in


def fill(clocks: int, *, now: datetime) -> int:
    """Fill an empty database, and return how many promises are open in it."""
    brand, region = open_office(now=now)
    Policy.objects.update(fix_minutes=60 * 9 * 40, reaction_minutes=60 * 9 * 20)
    topics = list(Topic.objects.order_by("pk"))
    outline = Polygon.from_bbox((41.0, 57.0, 41.007, 57.007))
    many = -(-clocks // TARGETS)
    for first in range(0, many, BATCH):
        cases = Case.objects.bulk_create(
            Case(
                brand=brand,
                region=region,
                topic=topics[number % len(topics)],
                state=State.ROUTED,
                centre=Point(41.0, 57.0, srid=4326),
                outline=outline,
                started_at=now - timedelta(days=DAYS) * number / many,
                opened_at=now - timedelta(days=DAYS) * number / many,
                band=1 + number % 4,
            )
            for number in range(first, min(first + BATCH, many))
        )
        sla.promise_anew(standings_of(cases), by=None, now=now)
        for case in cases[::20]:
            _paused(case, now=now)
    return Clock.objects.running().count()


def _paused(case: Case, *, now: datetime) -> None:
    since = case.opened_at + (now - case.opened_at) / 2
    sla.pause(case_id=case.pk, reason="access to the site", by=None, now=since)
    sla.resume(case_id=case.pk, by=None, now=since + timedelta(hours=5))
    target = Target.REACTION
    sla.satisfy(case_id=case.pk, target=target, by=None, now=since + timedelta(hours=6))
