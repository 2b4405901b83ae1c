"""What is usual, learnt each night for each watch, and stored as a version."""

import logging
from dataclasses import asdict
from datetime import datetime, timedelta

import numpy as np

from complaints.isolation import isolated
from spots.detection.arrivals import Arrivals
from spots.detection.attractors import evidence
from spots.detection.baseline import Baseline
from spots.detection.packing import pack
from spots.watching import reading, transitions, transitions_of_attractors
from spots.watching.calibrating import sensitivity
from spots.watching.models import LearntBaseline, Watch
from spots.watching.reading import Place

logger = logging.getLogger(__name__)


def learn_everywhere(*, now: datetime, every: timedelta = timedelta(hours=20)) -> int:
    """Have each baseline that is older than `every` learnt anew; return how many."""
    stale = Watch.objects.in_force().filter(
        looked_at__isnull=False, baseline__learnt_at__lt=now - every
    )
    watches = stale.select_related("region", "rule").order_by("pk")
    return sum(_learn_safely(watch, now=now) for watch in watches)


def _learn_safely(watch: Watch, *, now: datetime) -> bool:
    """Learn for a watch; one that cannot be learnt for stops no other."""
    with isolated(logger, "Nothing was learnt for watch %s; the old baseline stays", watch.pk):
        return _learn(watch, now=now)
    return False


def learn_first(watch_id: int, *, now: datetime) -> None:
    """Learn for a watch whose baseline is none, cannot be read any more, or is of other topics."""
    watches = Watch.objects.in_force().select_related("region", "rule", "baseline")
    watch = watches.filter(pk=watch_id).defer("baseline__arrays").first()
    if watch is not None and not fits(watch, reading.place_of(watch)):
        _learn(watch, now=now)


def fits(watch: Watch, place: Place) -> bool:
    """Whether a watch has a baseline that can be read and is of the topics that it judges now."""
    known = LearntBaseline.objects.filter(pk=watch.baseline_id or 0, arrays__isnull=False)
    return known.filter(topics=list(place.topics)).exists()


def learn_anew(watch: Watch, *, now: datetime) -> bool:
    """Learn from the history up to now, and judge by it from now on; False: somebody has."""
    return _learn(Watch.objects.select_related("region", "rule").get(pk=watch.pk), now=now)


def _learn(watch: Watch, *, now: datetime) -> bool:
    """
    Learn for a watch as it was when its baseline was found wanting.

    What another has put in force since then stays: it is not found wanting.
    """
    place = reading.place_of(watch)
    history = reading.history(place, at=now)
    learnt = reading.baseline(place, history, at=now)
    _list_attractors(place, history, learnt, now=now)
    meant = sensitivity(
        open_at=watch.rule.open_at,
        weeks_per_false_spot=watch.rule.weeks_per_false_spot,
        watch=watch,
        subscribers=learnt.subscribers,
        now=now,
    )
    return transitions.put_in_force(
        LearntBaseline(
            watch=watch,
            learnt_at=now,
            history_days=learnt.history_h / 24,
            complaints=len(learnt.point),
            topics=list(place.topics),
            attractors=len(learnt.attractors),
            weekly=_weekly(learnt),
            learning=learnt.young,
            **asdict(meant),
            arrays=pack(learnt),
        ),
        instead_of=watch.baseline_id,
    )


def _weekly(learnt: Baseline) -> list[float]:
    """Complaints an hour of all topics, by hour of the week from Monday 00:00 UTC."""
    return [round(float(rate), 3) for rate in np.asarray(learnt.rate[-1])]


def _list_attractors(place: Place, history: Arrivals, learnt: Baseline, *, now: datetime) -> None:
    """Bring the list that people see and edit up to what was learnt."""
    found = evidence(history, attractors=learnt.attractors, allowed=learnt.allowed)
    lon, lat = place.projection.degrees(found.point).T
    transitions_of_attractors.learnt(
        brand_id=place.brand_id,
        region_id=place.region.pk,
        found=(found.coordinate, lon, lat, found.customers, found.allowed),
        now=now,
    )
