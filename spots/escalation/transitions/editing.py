"""What follows when a ladder is edited."""

from datetime import datetime

from spots.escalation.models import Rung


def put_in_force(*, now: datetime) -> None:
    """
    Let every ladder count from now on.

    A promise may have come to another ladder, or a stage to another moment: what by that would
    have been reached long ago is told to nobody.
    """
    Rung.objects.update(since=now)
