"""The sensitivity of a rule at a place: the score that its weeks per false spot mean there."""

from datetime import datetime, timedelta

import numpy as np
from django.db.models import Min

from spots.detection.arrivals import Ints
from spots.detection.calibration import open_at
from spots.watching.models import LearntBaseline, NearMiss, Watch

COUNTED = timedelta(weeks=8)  # near misses as old as that still tell


def score_for(
    weeks_per_false_spot: float, *, watch: Watch | None, subscribers: Ints, now: datetime
) -> tuple[float, int]:
    """
    Return the score, and how many near misses it rests on.

    watch        whose near misses are counted; None: nothing was watched there yet
    subscribers  people of each building of the region
    """
    since = now - COUNTED
    first = LearntBaseline.objects.filter(watch=watch).aggregate(at=Min("learnt_at"))["at"]
    watched = (now - max(first, since)) if watch and first else timedelta()
    rows = NearMiss.objects.filter(watch=watch, at__gte=since, at__lt=now)
    scores = np.array(list(rows.values_list("score", flat=True)), dtype=np.float64)
    score = open_at(
        weeks_per_false_spot,
        near_misses=scores,
        weeks=max(watched, timedelta()) / timedelta(weeks=1),
        millions=float(subscribers.sum()) / 1e6,
    )
    return score, len(scores)
