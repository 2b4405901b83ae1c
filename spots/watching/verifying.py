"""
Whether fixes have held: each fixed case is compared with what is usual where it is.

Where a watch has a baseline, the customers who complained since the fix, in the circle round the
case's outline, are set against what is usual there (detection.afterwards). Where nothing is known
of what is usual, new members decide: a few late ones show the fix did not hold, and a case that
nobody joined for so long is closed.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.db import transaction
from django.db.models import Count

from complaints.isolation import isolated
from spots.cases import transitions as cases
from spots.cases.counting import CUSTOMER
from spots.cases.fixchecks import FixCheck
from spots.cases.models import Case, Kind, Membership
from spots.cases.states import State
from spots.detection.afterwards import Aftermath, Disc
from spots.detection.arrivals import in_hours
from spots.watching import engines, learning, reading
from spots.watching.models import Watch
from spots.watching.reading import Place

logger = logging.getLogger(__name__)

LATE_MEMBERS = 3  # customers after the grace: a fix has not held, where nothing is usual
Evidence = Mapping[str, float]


def verify_fixes(*, now: datetime, limit: int = 1000) -> int:
    """
    Move on the cases that are fixed, and return how many: to verifying, back, or to their end.

    What becomes of a case follows from what customers did, and hardly from when this runs. A
    case that somebody else holds right now is left to the next sweep.
    """
    check = FixCheck.in_force()
    fixed = Case.objects.filter(state=State.FIXED).order_by("fixed_at", "pk")
    done = sum(_begin(case, now=now) for case in fixed[:limit])
    verifying = Case.objects.filter(state=State.VERIFYING)
    # By watch, so that what is usual is read once for all its cases.
    watches = verifying.order_by("sighting__watch").values_list("sighting__watch", flat=True)
    for watch_id in list(watches.distinct()):
        of_watch = verifying.filter(sighting__watch=watch_id).order_by("fixed_at", "pk")
        done += _verify_safely(watch_id, list(of_watch[:limit]), check, now=now)
    return done


def _begin(case: Case, *, now: datetime) -> int:
    with transaction.atomic():
        if not _is_still(case, State.FIXED):
            return 0
        cases.verify(case_id=case.pk, now=now)
    return 1


def _verify_safely(
    watch_id: int | None, group: list[Case], check: FixCheck, *, now: datetime
) -> int:
    """Judge the cases of a watch; one that cannot be judged stops no other."""
    failed = "Fixes of watch %s could not be verified; the next sweep does"
    with isolated(logger, failed, watch_id):
        usual = _usual(watch_id, group, now=now) if watch_id else None
        return sum(_judge(case, usual, check, now=now) for case in group)
    return 0


def _judge(case: Case, usual: "_Usual | None", check: FixCheck, *, now: datetime) -> int:
    """Send a case back or close it, if there is reason to; return how many moved: 0 or 1."""
    assert case.fixed_at is not None
    known = usual is not None and usual.knows(case)
    evidence = usual.against(case, check) if usual and known else _late_members(case, check)
    if evidence is None and now < case.fixed_at + check.lasts:
        return 0
    if evidence is None and not known and _has_new_members(case, since=now - check.lasts):
        return 0
    with transaction.atomic():
        if not _is_still(case, State.VERIFYING):
            return 0
        if evidence is not None:
            cases.fail(case_id=case.pk, evidence=evidence, now=now)
        else:
            cases.close(case_id=case.pk, now=now)
    return 1


def _is_still(case: Case, state: State) -> bool:
    """Lock a case, and say whether it is as it was read; not, if somebody else holds it."""
    rows = Case.objects.select_for_update(skip_locked=True, no_key=True)
    return rows.filter(pk=case.pk, state=state, fixed_at=case.fixed_at).exists()


def _late_members(case: Case, check: FixCheck) -> Evidence | None:
    """
    Members of after the fix, if they are enough to show that it has not held.

    Of a spot they are of as many customers: whoever calls three times is one, as where it is known
    what is usual. A single case is of one customer, and theirs are enough.
    """
    assert case.fixed_at is not None
    late = Membership.objects.current().filter(
        case=case,
        complaint__proven=True,
        complaint__occurred_at__gt=case.fixed_at + check.grace,
        complaint__occurred_at__lte=case.fixed_at + check.lasts,
    )
    found = late.aggregate(complaints=Count("pk"), customers=Count(CUSTOMER, distinct=True))
    enough = found["complaints" if case.kind == Kind.SINGLE else "customers"] >= LATE_MEMBERS
    return {"complaints": found["complaints"]} if enough else None


def _has_new_members(case: Case, *, since: datetime) -> bool:
    current = Membership.objects.current().filter(case=case, complaint__proven=True)
    return current.filter(since__gt=since).exists()


@dataclass(frozen=True)
class _Usual:
    """What came in over a watch's place since the fixes, and what is usual there."""

    place: Place
    aftermath: Aftermath

    def knows(self, case: Case) -> bool:
        return case.topic_id is None or case.topic_id in self.place.topics

    def against(self, case: Case, check: FixCheck) -> Evidence | None:
        """Too many customers since a case's fix; None: as many as usual, or not yet."""
        assert case.fixed_at is not None
        since_h = in_hours(case.fixed_at + check.grace)
        found = self.aftermath.still_high(
            self._disc(case),
            since_h=since_h,
            until_h=in_hours(case.fixed_at + check.lasts),
            high_at=check.high_at,
        )
        if found is None:
            return None
        return {
            "customers": found.customers,
            "hours": round(found.hours, 2),
            "expected": round(found.expected, 2),
            "score": round(found.score, 2),
            "grace_h": check.grace_h,
        }

    def _disc(self, case: Case) -> Disc:
        """The circle round a case's outline, of its topic."""
        assert case.outline is not None
        corners = np.array(case.outline.exterior_ring.coords)
        metres = self.place.projection.metres(
            np.append(corners[:, 0], case.centre.x), np.append(corners[:, 1], case.centre.y)
        )
        radius_m = float(np.hypot(*(metres[:-1] - metres[-1]).T).max())
        topics = self.place.topics
        key = len(topics) if case.topic_id is None else topics.index(case.topic_id)
        return Disc(float(metres[-1, 0]), float(metres[-1, 1]), radius_m, key)


def _usual(watch_id: int, group: Iterable[Case], *, now: datetime) -> _Usual | None:
    """Read what came in since the fixes of a watch's cases; None: it has learnt too little."""
    watches = Watch.objects.in_force().select_related("region", "rule", "baseline")
    watch = watches.filter(pk=watch_id).first()
    if watch is None or watch.baseline is None:
        return None
    place = reading.place_of(watch)
    if not learning.fits(watch, place):
        return None
    baseline = engines.baseline_of(watch.baseline, reading.verdicts(place))
    if baseline.blind:
        return None
    since = min(case.fixed_at for case in group if case.fixed_at)
    margin = timedelta(hours=baseline.learning.surge_h + baseline.learning.bin_h)
    received = place.complaints().filter(received_at__gte=since - margin, received_at__lte=now)
    aftermath = Aftermath(
        reading.read(received, place=place),
        baseline,
        watch.rule.parameters(open_at=watch.baseline.open_at),
        since_h=in_hours(since),
        now_h=in_hours(now),
    )
    return _Usual(place, aftermath)
