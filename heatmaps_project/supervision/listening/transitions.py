"""Days to listen are set, and called off before they come."""

from datetime import date

from heatmaps_project.accounts.models import User
from heatmaps_project.supervision.listening.models import ListeningDay


def set_day(*, day: date, by: User) -> None:
    """Open a day; once more changes nothing."""
    ListeningDay.objects.get_or_create(day=day, defaults={"by": by})


def call_off(*, day: date) -> None:
    ListeningDay.objects.filter(day=day).delete()
