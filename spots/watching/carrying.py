"""What the engine found, carried over to cases: opened, grown, marked quiet, merged."""

import logging
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.contrib.gis.geos import Polygon
from django.db import transaction
from django.db.models import Count, Q

from complaints.intake.models import Complaint
from spots.cases import transitions as cases
from spots.cases.models import Case, Kind, Membership
from spots.cases.states import ENDED, WATCHED, State
from spots.detection.arrivals import in_hours, moment
from spots.detection.engine import Change
from spots.watching import transitions
from spots.watching.engines import Held
from spots.watching.models import Sighting, Watch
from spots.watching.scores import said_by_surveys

logger = logging.getLogger(__name__)

PRESENT_H = 3.0  # hours that "what is there now" looks back
PRESENT_EVERY = timedelta(minutes=1)


class Carrier:
    """Makes changes of the engine's spots moves of their cases, unless people were quicker."""

    def __init__(self, watch: Watch, held: Held) -> None:
        self._watch, self._engine, self._place = watch, held.engine, held.place

    def carry(self, changes: Iterable[Change], *, now: datetime) -> None:
        """Carry changes over, and say of each current spot what is there now."""
        changes = list(changes)
        self._lock_cases(changes)
        for change in changes:
            try:
                with transaction.atomic():
                    self._apply(change)
            except cases.IllegalMoveError as refusal:
                named = (change.spot, self._watch.pk, refusal)
                logger.info("Spot %s of watch %s stays as it is: %s", *named)
        self._look_round(now)

    def _lock_cases(self, changes: Iterable[Change]) -> None:
        """Lock every case that changes, by rising number, as people's moves do."""
        numbers = [change.spot for change in changes]
        numbers += [change.into for change in changes if change.into is not None]
        known = Case.objects.filter(sighting__watch=self._watch, sighting__number__in=numbers)
        found = list(known.select_related("merged_into"))
        # A single case of a complaint lives on in the spot that takes it.
        singles = cases.singles_of({pk for change in changes for pk in change.members})
        survivors = {case.survivor.pk for case in found}
        cases.lock_in_order(*{case.pk for case in found}, *survivors, *singles)

    def _look_round(self, now: datetime) -> None:
        stale = Q(present_at=None) | Q(present_at__lte=now - PRESENT_EVERY)
        of_watch = Sighting.objects.filter(stale, watch=self._watch)
        for sighting in of_watch.exclude(case__state__in=ENDED).order_by("pk"):
            there = self._engine.present(sighting.number, at_h=in_hours(now), hours=PRESENT_H)
            transitions.book_present(sighting, there, hours=PRESENT_H, now=now)

    def _apply(self, change: Change) -> None:
        now = moment(change.at_h)
        case = self._case_of(change.spot)
        if case is None and change.state == "open":
            case = self._case_with_members(change.spot, change.members)
        if case is None:
            if change.state == "open":
                self._open(change)
        elif change.state == "open":
            self._go_on(case.survivor, change, now=now)
        elif change.state == "merged" and change.into is not None:
            self._merge(case, change.into, now=now)
        elif case.state != State.MERGED:
            cases.mark_quiet(case_id=case.pk, now=now)

    def _open(self, change: Change) -> None:
        peak = change.peak
        case = cases.open_spot(
            brand_id=self._watch.brand_id,
            region_id=self._watch.region_id,
            topic_id=self._topic_of(change),
            complaint_ids=change.members,
            outline=self._polygon(change),
            started_at=moment(peak.start_h if peak is not None else change.at_h),
            evidence=_evidence(change),
            now=moment(change.at_h),
        )
        transitions.book_sighting(self._watch, number=change.spot, case=case)

    def _topic_of(self, change: Change) -> int | None:
        """The topic that stands out; where all together do, the one that every complaint has."""
        topics = self._place.topics
        if change.peak is not None and change.peak.key < len(topics):
            return topics[change.peak.key]
        members = Complaint.objects.filter(pk__in=change.members).order_by()
        found = list(members.values_list("topic", flat=True).distinct()[:2])
        return found[0] if len(found) == 1 else None

    def _go_on(self, case: Case, change: Change, *, now: datetime) -> None:
        """Grow a case; open it again if it had gone quiet after its fix or its end."""
        if case.state in {State.CLOSED, State.DISMISSED} and not case.quiet_since:
            return  # the same complaints as before it ended: a person, or time, decided
        # Complaints that have not stopped since a fix are for `verifying` to judge.
        if case.state in {*WATCHED, *ENDED} and case.quiet_since:
            many = len(change.members)
            cases.reopen_by_complaints(case_id=case.pk, complaints=many, now=now)
        cases.grow(
            case_id=case.pk,
            complaint_ids=change.members,
            outline=self._polygon(change),
            evidence=max(case.evidence, _evidence(change), key=lambda said: said.get("score", 0)),
            now=now,
        )
        if case.quiet_since:
            cases.mark_active(case_id=case.pk, now=now)

    def _merge(self, case: Case, number: int, *, now: datetime) -> None:
        """Merge a case into that of an older spot, whose number stands for both from now on."""
        into = self._case_of(number)
        into = into.survivor if into else None
        if case.state in ENDED or (into is not None and into.pk == case.pk):
            return
        if into is None or into.state in ENDED:
            transitions.renumber(self._watch, case=case, number=number)
            return
        try:
            with transaction.atomic():
                cases.merge(case_id=case.pk, into_id=into.pk, by=None, now=now)
        except cases.IllegalMoveError:
            # Fixed already, say: it stays its own case, and the engine knows it no more.
            cases.mark_quiet(case_id=case.pk, now=now)

    def _case_of(self, number: int) -> Case | None:
        return Case.objects.filter(sighting__watch=self._watch, sighting__number=number).first()

    def recognise(self) -> None:
        """
        Find the cases of spots whose numbers have no case, for those that have lost theirs.

        A correction of history may have given the same spot another number.
        """
        for spot in self._engine.fold.spots:
            if self._case_of(spot.number) is None:
                self._case_with_members(spot.number, spot.members)

    def _case_with_members(self, number: int, members: Collection[int]) -> Case | None:
        """
        The current case that holds most of a spot's members, if no other spot is its own.

        It may be that of another watch: since a rule was changed they are judged here. Or one
        that people made, of single cases, before the engine saw a spot.
        """
        held = Membership.objects.current().filter(
            complaint__in=list(members), case__kind=Kind.SPOT
        )
        most = (
            held.exclude(case__state__in=ENDED)
            .values("case", "case__sighting__number", "case__sighting__watch")
            .annotate(many=Count("pk"))
            .order_by("-many", "case")
            .first()
        )
        if most is None or most["many"] < self._engine.rule.hold_share * len(members):
            return None
        is_mine = most["case__sighting__watch"] == self._watch.pk
        if is_mine and self._engine.fold.spot(most["case__sighting__number"]):
            return None
        case = Case.objects.get(pk=most["case"])
        transitions.renumber(self._watch, case=case, number=number)
        return case

    def _polygon(self, change: Change) -> Polygon:
        assert change.outline is not None
        ring = self._place.projection.degrees(change.outline)
        return Polygon([tuple(point) for point in ring], srid=4326)


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
        **(said_by_surveys(peak) or {}),
    }
