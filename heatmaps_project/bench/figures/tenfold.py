"""The sums of ten million complaints: those of a million in nine regions more, with their teams."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from complaints.models import Region
from heatmaps_project.models import HourlyFact
from spots.models import Team

MORE: Final = 9
MOST_MS: Final = 1000
_CODE: Final = "tenfold-"
_COPY: Final = """
    INSERT INTO heatmaps_project_hourlyfact (
        fact, hour, brand_id, region_id, team_id, topic_id, what, before, took, n, good, total)
    SELECT h.fact, h.hour, h.brand_id, %(region)s, t.there, h.topic_id, h.what, h.before, h.took,
        h.n, h.good, h.total
    FROM heatmaps_project_hourlyfact h
    LEFT JOIN unnest(%(here)s::bigint[], %(there)s::bigint[]) AS t (here, there)
        ON t.here = h.team_id
    WHERE h.region_id = %(first)s
"""


@contextmanager
def tenfold() -> Iterator[int]:
    """Give MORE regions, each with its teams, the sums of the first; yield all rows, then undo."""
    _remove()  # what a run that was killed left
    try:
        yield _multiply()
    finally:
        _remove()


def _remove() -> None:
    regions = Region.objects.filter(code__startswith=_CODE)
    HourlyFact.objects.filter(region__in=regions).delete()
    regions.delete()
    Team.objects.filter(code__startswith=_CODE).delete()


def _multiply() -> int:
    first, teams = Region.objects.earliest("pk"), list(Team.objects.order_by("pk"))
    here = [team.pk for team in teams]
    for n in range(MORE):
        region = Region.objects.create(
            code=f"{_CODE}{n}", name_ru=f"{n}", name_en=f"{n}", outline=first.outline
        )
        there = [
            Team.objects.create(code=f"{_CODE}{n}-{team.pk}", name=f"{team.name} {n}").pk
            for team in teams
        ]
        values: dict[str, Any] = {
            "first": first.pk,
            "region": region.pk,
            "here": here,
            "there": there,
        }
        with connection.cursor() as cursor:
            cursor.execute(_COPY, values)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE heatmaps_project_hourlyfact")  # as autovacuum does
        cursor.execute("SELECT count(*) FROM heatmaps_project_hourlyfact")
        return int(cursor.fetchone()[0])


def addresses() -> list[str]:
    """Return the pages that are made of sums, for the longest periods that they take."""
    turned = timezone.localtime().date() - timedelta(days=364)
    asked = {
        "figures": "days=90",
        "wall": "days=90",
        "wall-numbers": "days=90",
        "manager": "days=365",
        "quality": "days=90",
        "before-after": f"days=365&turned_on={turned}",
    }
    return [f"{reverse(name)}?{query}" for name, query in asked.items()]
