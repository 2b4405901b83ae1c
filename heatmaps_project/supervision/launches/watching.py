"""How complaints name a launch, day by day, beside the weeks before it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Sum

from complaints.customers.personal import scrubbed
from complaints.customers.walls import Walls
from complaints.intake.models import Complaint
from heatmaps_project.supervision.launches.mentions import first_named
from heatmaps_project.supervision.launches.models import Launch, LaunchCount
from heatmaps_project.supervision.topics.rising import FEWEST, Change, change

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


@dataclass(frozen=True)
class Counted:
    complaints: int  # of a day, in words
    naming: Counter[tuple[int | None, int]]  # by region and line of the launch's words


def counted(launch: Launch, day: date) -> Counted:
    """
    Return how many complaints of a day there are in words, and how many name the launch.

    Of who is known: forms and letters anybody may send. A complaint counts for the first line that
    it names, so that a further line adds what no other names.
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
    stems, all_of_them = launch.stems, 0
    naming: Counter[tuple[int | None, int]] = Counter()
    for region, text in rows.values_list("region", "text").iterator(chunk_size=2000):
        all_of_them += 1
        if (line := _named(str(text), stems)) is not None:
            naming[region, line] += 1
    return Counted(all_of_them, naming)


def _named(text: str, stems: list[list[str]]) -> int | None:
    """Return the line that a text names, not by somebody's number or address."""
    if first_named(text, stems) is None:  # most: what is looked for in few is dear
        return None
    return first_named(scrubbed(text), stems)


def told(launches: Iterable[int], walls: Walls) -> dict[int, dict[date, int]]:
    """
    Return of each launch how many complaints a day named it, as far as a reader's walls go.

    A line of its words that fewer than FEWEST named in all counts for nothing: who types words
    would otherwise learn what one customer said.
    """
    counts = LaunchCount.objects.within(walls).filter(day__launch__in=launches)
    by_line: dict[tuple[int, int], dict[date, int]] = defaultdict(dict)
    for launch, line, day, n in counts.values_list("day__launch", "line", "day__day").annotate(
        n=Sum("complaints")
    ):
        by_line[launch, line][day] = n
    found: dict[int, Counter[date]] = defaultdict(Counter)
    for (launch, _line), days in by_line.items():
        if sum(days.values()) >= FEWEST:
            found[launch] += Counter(days)
    return dict(found)


def before(launch: Launch, found: Mapping[date, int]) -> list[int]:
    """Return the counts of the baseline's days; a day that is not counted yet is of none."""
    return [found.get(launch.starts_on - timedelta(days=ago), 0) for ago in range(BASELINE, 0, -1)]


def judged(launch: Launch, day: date, found: Mapping[date, int]) -> Change:
    """Compare a day with the mean of the baseline's: one of few complaints is not judged."""
    now = found.get(day, 0)
    if now < FEWEST:
        return Change(now, 0.0, None, None, None)
    return change([*before(launch, found), now], compared=_LOOKS)
