"""What is heard on a listening day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings

from complaints.customers.walls import Walls
from complaints.intake.models import Complaint
from heatmaps_project.supervision.listening.models import ListeningDay
from heatmaps_project.supervision.listening.redacting import redacted

MOST: Final = 50  # complaints of the stream
LOOKED_BACK: Final = timedelta(days=7)


@dataclass(frozen=True)
class Heard:
    """A complaint without whose it is."""

    at: datetime
    topic: str
    channel: str
    words: str


def today(now: datetime) -> date:
    return now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def is_open(now: datetime) -> bool:
    return ListeningDay.objects.filter(day=today(now)).exists()


def days_to_come(now: datetime) -> list[date]:
    rows = ListeningDay.objects.filter(day__gte=today(now)).order_by("day")
    return list(rows.values_list("day", flat=True))


def stream(walls: Walls, *, now: datetime) -> Sequence[Heard]:
    """Return the newest complaints that say something, of the reader's brands and regions."""
    rows = Complaint.objects.in_effect().within(walls).filter(text__isnull=False)
    rows = rows.filter(received_at__gt=now - LOOKED_BACK, received_at__lte=now)
    shown = rows.select_related("topic").order_by("-received_at", "-pk")[:MOST]
    return [
        Heard(one.occurred_at, one.topic.name, one.get_channel_display(), redacted(one.text))
        for one in shown
    ]
