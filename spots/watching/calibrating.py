"""The sensitivity of a rule at a place: which score opens a spot, and how often a false one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.db.models import Min

from spots.detection import calibration
from spots.detection.arrivals import Ints
from spots.watching.models import LearntBaseline, NearMiss, Watch

COUNTED = timedelta(weeks=8)  # near misses as old as that still tell


@dataclass(frozen=True)
class Sensitivity:
    """What a rule means at a place."""

    open_at: float  # score that opens a spot
    weeks_per_false_spot: float  # to be expected with it
    near_misses: int  # counted there


def sensitivity(
    *,
    open_at: float,
    weeks_per_false_spot: float | None,
    watch: Watch | None,
    subscribers: Ints,
    now: datetime,
) -> Sensitivity:
    """
    Say what a rule's score means in weeks at a place or, if it tells weeks, which score they mean.

    watch        whose near misses are counted; None: nothing was watched there yet
    subscribers  people of each building of the region
    """
    since = now - COUNTED
    first = LearntBaseline.objects.filter(watch=watch).aggregate(at=Min("learnt_at"))["at"]
    watched = (now - max(first, since)) if watch and first else timedelta()
    rows = NearMiss.objects.filter(watch=watch, at__gte=since, at__lt=now)
    scores = np.array(list(rows.values_list("score", flat=True)), dtype=np.float64)
    weeks = max(watched, timedelta()) / timedelta(weeks=1)
    millions = float(subscribers.sum()) / 1e6
    if weeks_per_false_spot is None:
        between = calibration.weeks_between(
            open_at, near_misses=scores, weeks=weeks, millions=millions
        )
        return Sensitivity(open_at, between, len(scores))
    score = calibration.open_at(
        weeks_per_false_spot, near_misses=scores, weeks=weeks, millions=millions
    )
    return Sensitivity(score, weeks_per_false_spot, len(scores))
