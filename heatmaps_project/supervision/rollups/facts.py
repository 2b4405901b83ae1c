"""The kinds of additive facts, and when each is settled (pure but for their names)."""

from datetime import timedelta
from typing import Final

from django.db.models import TextChoices


class Fact(TextChoices):
    """What is summed by the hour. Its rows, and what they count, are in sources.py."""

    OPENED = "opened"
    FIXED = "fixed"
    DUE = "due"
    SOLVED = "solved"
    TEAMED = "teamed"  # solved, once for each team whose case it was in
    ALONE = "alone"  # solved, never in a spot: its lengths are ranked
    CALLED = "called"  # ranked, too: how long until an outcome
    STEP = "step"
    ENDED = "ended"
    JOINED = "joined"
    RATED = "rated"
    SCORED = "scored"


# How long after its end a day of a fact still changes as things take their course: a fix has a
# day to come and three to hold, and customers join a spot for days. Longer than any transaction.
_USUAL: Final = timedelta(hours=2)
_LATE: Final = timedelta(days=4)
SETTLES: Final = {fact: _LATE if fact in (Fact.OPENED, Fact.JOINED) else _USUAL for fact in Fact}
