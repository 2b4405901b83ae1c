"""What the watch writes for itself: watches, baselines, arrivals, sightings, checkpoints."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib.gis.db.models.functions import Centroid
from django.db import transaction

from complaints.customers.models import Brand
from complaints.geocoding.models import Region
from spots.cases.models import Case
from spots.detection.arrivals import moment
from spots.detection.groups import NearMiss as Missed
from spots.detection.score import Present
from spots.watching.models import (
    Arrival,
    Checkpoint,
    LearntBaseline,
    NearMiss,
    Sighting,
    Watch,
)
from spots.watching.rules import DEFAULT_RULE, DetectionRule

LAST = 1000  # the default rule's order: rules that people add come before it
ARRAYS_KEPT = timedelta(days=6)  # of baselines: a replay of corrections goes no farther back
NEAR_MISSES_KEPT = timedelta(weeks=26)


def ensure_watches() -> None:
    """Have a watch for each active rule, in each brand and region that it is for."""
    Region.objects.filter(metres_from=None).update(metres_from=Centroid("outline"))
    if not DetectionRule.objects.filter(name=DEFAULT_RULE).exists():
        row = DetectionRule(name=DEFAULT_RULE, order=LAST, active=True)
        DetectionRule.objects.bulk_create([row], ignore_conflicts=True)
    there = set(Watch.objects.values_list("brand_id", "region_id", "rule_id"))
    wanted = {
        (brand, region, rule)
        for rule, of_brand, of_region in DetectionRule.objects.filter(active=True).values_list(
            "pk", "brand_id", "region_id"
        )
        for brand in Brand.objects.values_list("pk", flat=True)
        for region in Region.objects.values_list("pk", flat=True)
        if of_brand in {None, brand} and of_region in {None, region}
    }
    missing = [
        Watch(brand_id=brand, region_id=region, rule_id=rule)
        for brand, region, rule in sorted(wanted - there)
    ]
    Watch.objects.bulk_create(missing, ignore_conflicts=True)


def begin(watch: Watch, *, at: datetime) -> bool:
    """Have a watch that has never looked begin at a moment of the past; False: it has looked."""
    return Watch.objects.filter(pk=watch.pk, looked_at=None).update(looked_at=at) == 1


@transaction.atomic
def put_in_force(learnt: LearntBaseline, *, instead_of: int | None) -> bool:
    """
    Store a baseline and judge by it from now on; False: somebody else has learnt meanwhile.

    Of old ones the arrays are let go: their figures stay.

    instead_of  the one that was in force when the learning began
    """
    watch = Watch.objects.select_for_update().get(pk=learnt.watch_id)
    if watch.baseline_id != instead_of:
        return False
    learnt.save()
    watch.baseline = learnt
    watch.save(update_fields=["baseline"])
    # What was in force that long ago was learnt before then.
    long_ago = watch.baselines.filter(learnt_at__lte=learnt.learnt_at - ARRAYS_KEPT)
    if (oldest := long_ago.order_by("-learnt_at").first()) is not None:
        watch.baselines.filter(learnt_at__lt=oldest.learnt_at).update(arrays=None)
    watch.near_misses.filter(at__lt=learnt.learnt_at - NEAR_MISSES_KEPT).delete()
    return True


def book_look(watch: Watch, *, until: datetime, state: Mapping[str, Any]) -> int:
    """Store how far the engine has looked and what it knows; return the new version."""
    watch.looked_at, watch.state = until, dict(state)
    watch.version += 1
    watch.save(update_fields=["looked_at", "state", "version"])
    return watch.version


def book_arrivals(rows: Iterable[Arrival]) -> None:
    """Store what was taken, or anew what was taken before and judged again."""
    changed = [field.name for field in Arrival._meta.fields if not field.primary_key]
    Arrival.objects.bulk_create(
        rows,
        batch_size=2000,
        update_conflicts=True,
        unique_fields=["complaint"],
        update_fields=changed,
    )


def note_corrections(corrections: Mapping[int, int]) -> None:
    """Note that complaints are known as they are after so many corrections."""
    rows = [Arrival(complaint_id=pk, corrections=many) for pk, many in corrections.items()]
    Arrival.objects.bulk_update(rows, ["corrections"], batch_size=1000)


def take_over(watch: Watch, *, topics: Collection[int], since: datetime) -> None:
    """Forget that other watches of the place took complaints that this one judges now."""
    others = Arrival.objects.filter(
        watch__brand=watch.brand_id,
        watch__region=watch.region_id,
        complaint__topic__in=topics,
        complaint__occurred_at__gte=since,
    )
    others.exclude(watch=watch).delete()


def retire(watch: Watch) -> None:
    """Forget what the engine of a watch knew, but not which cases it found."""
    watch.checkpoints.all().delete()
    watch.looked_at = watch.baseline = None
    watch.state = {}
    watch.version += 1
    watch.save(update_fields=["looked_at", "baseline", "state", "version"])


def release(complaint_ids: Iterable[int]) -> None:
    """Forget that complaints were taken: they are of this watch no more."""
    Arrival.objects.filter(complaint__in=complaint_ids).delete()


def book_near_misses(watch: Watch, missed: Sequence[Missed]) -> None:
    """Store near misses, those known already excepted: a replay finds them again."""
    NearMiss.objects.bulk_create(
        (NearMiss(watch=watch, at=moment(one.at_h), score=one.score) for one in missed),
        ignore_conflicts=True,
    )


def forget_near_misses(watch: Watch, *, since: datetime) -> None:
    """Forget near misses that a replay is about to find anew, or not to find."""
    watch.near_misses.filter(at__gt=since).delete()


def book_checkpoint(
    watch: Watch, *, at: datetime, state: Mapping[str, Any], kept: timedelta
) -> None:
    """Store the engine's state at a moment, and forget what is older than `kept`."""
    Checkpoint.objects.update_or_create(watch=watch, at=at, defaults={"state": dict(state)})
    watch.checkpoints.filter(at__lt=at - kept).delete()


def book_sighting(watch: Watch, *, number: int, case: Case) -> None:
    Sighting.objects.create(watch=watch, number=number, case=case)


def renumber(watch: Watch, *, case: Case, number: int) -> None:
    """Let a number of the engine stand for this case, and no longer for the one it stood for."""
    Sighting.objects.filter(case=case).delete()
    if not Sighting.objects.filter(watch=watch, number=number).update(case=case):
        book_sighting(watch, number=number, case=case)


def book_present(
    sighting: Sighting, present: Present | None, *, hours: float, now: datetime
) -> None:
    """Store what there is now where a spot was strongest; None: the engine knows it no more."""
    sighting.present = (
        {
            "hours": hours,
            "customers": present.customers,
            "expected": round(present.expected, 2),
        }
        if present
        else {}
    )
    sighting.present_at = now
    sighting.save(update_fields=["present", "present_at"])
