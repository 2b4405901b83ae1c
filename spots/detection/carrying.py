"""What the engine found, carried over to cases: opened, grown, marked quiet, merged."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.gis.geos import Polygon
from django.db import transaction
from django.utils.translation import gettext_noop

from complaints.intake.models import Complaint
from spots.cases import transitions as cases
from spots.cases.models import Case
from spots.cases.states import ENDED, State
from spots.detection import transitions
from spots.detection.arrivals import moment
from spots.detection.engine import Change
from spots.detection.models import Watch
from spots.detection.projection import Projection

logger = logging.getLogger(__name__)

BACK_AGAIN = gettext_noop("Complaints came back.")  # translated where it is read
GRACE = timedelta(hours=2)  # after a fix, in which old complaints still come in
LATE_COMPLAINTS = 3  # after it, that show the fix has not held


def carry_over(
    change: Change, *, watch: Watch, topics: Sequence[int], projection: Projection
) -> None:
    """Make a change of the engine's spot a move of its case, unless people were quicker."""
    try:
        with transaction.atomic():
            _apply(watch, topics, change, projection)
    except cases.IllegalMoveError as refusal:
        logger.info("Spot %s of watch %s stays as it is: %s", change.spot, watch.pk, refusal)


def _apply(watch: Watch, topics: Sequence[int], change: Change, projection: Projection) -> None:
    """Carry a change of the engine's spot over to its case."""
    now = moment(change.at_h)
    case = _case_of(watch, change.spot)
    if case is None:
        if change.state == "open":
            _open(watch, topics, change, projection)
    elif change.state == "open":
        _go_on(case.survivor, change, projection, now=now)
    elif case.state in ENDED:
        return
    elif change.state == "merged" and change.into is not None:
        _merge(watch, case, change.into, now=now)
    else:
        cases.mark_quiet(case_id=case.pk, now=now)


def _open(watch: Watch, topics: Sequence[int], change: Change, projection: Projection) -> None:
    peak = change.peak
    key = peak.key if peak is not None else len(topics)
    case = cases.open_spot(
        brand_id=watch.brand_id,
        region_id=watch.region_id,
        topic_id=topics[key] if key < len(topics) else None,
        complaint_ids=change.members,
        outline=_polygon(change, projection),
        started_at=moment(peak.start_h if peak is not None else change.at_h),
        evidence=_evidence(change),
        now=moment(change.at_h),
    )
    transitions.book_sighting(watch, number=change.spot, case=case)


def _go_on(case: Case, change: Change, projection: Projection, *, now: datetime) -> None:
    """Grow a case; open it again if its fix has not held."""
    if case.state == State.DISMISSED:
        return  # a person decided
    if case.state == State.CLOSED and not case.quiet_since:
        return  # the same complaints as before it was closed
    if case.state in {State.FIXED, State.CLOSED} and _has_come_back(case, change):
        cases.reopen(case_id=case.pk, note=BACK_AGAIN, by=None, now=now)
    cases.grow(
        case_id=case.pk,
        complaint_ids=change.members,
        outline=_polygon(change, projection),
        evidence=max(case.evidence, _evidence(change), key=lambda said: said.get("score", 0)),
        now=now,
    )
    if case.quiet_since:
        cases.mark_active(case_id=case.pk, now=now)


def _has_come_back(case: Case, change: Change) -> bool:
    """Say whether complaints of after the fix show that it has not held."""
    if case.quiet_since or case.fixed_at is None:
        return True
    late = Complaint.objects.filter(pk__in=change.members, occurred_at__gt=case.fixed_at + GRACE)
    return late.count() >= LATE_COMPLAINTS


def _merge(watch: Watch, case: Case, number: int, *, now: datetime) -> None:
    """Merge a case into that of an older spot, whose number stands for both from now on."""
    into = _case_of(watch, number)
    into = into.survivor if into else None
    if into is None or into.pk == case.pk or into.state in ENDED:
        transitions.renumber(watch, case=case, number=number)
        return
    try:
        with transaction.atomic():
            cases.merge(case_id=case.pk, into_id=into.pk, by=None, now=now)
    except cases.IllegalMoveError:
        # Fixed already, say: it stays its own case, and the engine knows it no more.
        cases.mark_quiet(case_id=case.pk, now=now)


def _case_of(watch: Watch, number: int) -> Case | None:
    return Case.objects.filter(sighting__watch=watch, sighting__number=number).first()


def _polygon(change: Change, projection: Projection) -> Polygon:
    assert change.outline is not None
    return Polygon([tuple(point) for point in projection.degrees(change.outline)], srid=4326)


def _evidence(change: Change) -> dict[str, float]:
    """What the spot page says: n customers in so many hours where so many are usual."""
    if change.peak is None:
        return {}
    peak = change.peak
    return {
        "score": round(peak.value, 2),
        "customers": peak.customers,
        "hours": round(change.at_h - peak.start_h, 2),
        "expected": round(peak.expected, 2),
        "radius_m": peak.radius_m,
    }
