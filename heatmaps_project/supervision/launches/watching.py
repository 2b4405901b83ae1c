"""How complaints name a launch, day by day, beside the weeks before it."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings

from complaints.intake.models import Complaint
from heatmaps_project.supervision.launches.mentions import mentions
from heatmaps_project.supervision.launches.models import Launch
from heatmaps_project.supervision.topics.rising import Change, change

BASELINE: Final = 28  # days before the start
_LOOKS: Final = 30  # days of a launch that are looked at, so that each is judged more strictly


def zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def today(now: datetime) -> date:
    return now.astimezone(zone()).date()


def days_of(launch: Launch, *, now: datetime) -> Iterator[date]:
    """Yield the days that count until now: those of the baseline, and those of the launch."""
    day = launch.starts_on - timedelta(days=BASELINE)
    last = min(launch.watched_until, today(now))
    while day <= last:
        yield day
        day += timedelta(days=1)


def counted(launch: Launch, day: date) -> tuple[int, int]:
    """
    Return how many complaints of a day there are in words, and how many name the launch.

    Of who is known: forms and letters anybody may send.
    """
    since = datetime.combine(day, time(), zone())
    until = datetime.combine(day + timedelta(days=1), time(), zone())
    rows = Complaint.objects.in_effect().filter(
        brand=launch.brand_id,
        proven=True,
        occurred_at__gte=since,
        occurred_at__lt=until,
        text__isnull=False,
    )
    stems, all_of_them, naming = launch.stems, 0, 0
    for text in rows.values_list("text", flat=True).iterator(chunk_size=2000):
        all_of_them += 1
        naming += mentions(str(text), stems)
    return all_of_them, naming


def judged(launch: Launch, day: date, found: dict[date, int]) -> Change:
    """Compare a day with the mean of the baseline's; a day that is not counted yet is of none."""
    baseline = [
        found.get(launch.starts_on - timedelta(days=ago), 0) for ago in range(BASELINE, 0, -1)
    ]
    return change([*baseline, found.get(day, 0)], compared=_LOOKS)
