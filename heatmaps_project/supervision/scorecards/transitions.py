"""Taking part in the points, and no longer."""

from datetime import datetime

from heatmaps_project.accounts.models import User
from heatmaps_project.supervision.scorecards.models import Player


def take_part(*, user: User, wanted: bool, now: datetime) -> None:
    """Begin or cease to take part; once more changes nothing."""
    if wanted:
        Player.objects.get_or_create(user=user, defaults={"since": now})
    else:
        Player.objects.filter(user=user).delete()
