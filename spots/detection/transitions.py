"""What detection writes for itself: watches, arrivals and sightings."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from complaints.customers.models import Brand
from complaints.geocoding.models import Region
from spots.cases.models import Case
from spots.detection.models import Arrival, Sighting, Watch


def ensure_watches() -> None:
    """Have a watch for each brand in each region."""
    there = set(Watch.objects.values_list("brand_id", "region_id"))
    wanted = {
        (brand, region)
        for brand in Brand.objects.values_list("pk", flat=True)
        for region in Region.objects.values_list("pk", flat=True)
    }
    missing = [Watch(brand_id=brand, region_id=region) for brand, region in sorted(wanted - there)]
    Watch.objects.bulk_create(missing, ignore_conflicts=True)


def begin(watch: Watch, *, at: datetime) -> bool:
    """Have a watch that has never looked begin at a moment of the past; False: it has looked."""
    return Watch.objects.filter(pk=watch.pk, looked_at=None).update(looked_at=at) == 1


def learn_anew(watch: Watch, *, now: datetime) -> None:
    """Have the baseline learnt from the history up to now."""
    Watch.objects.filter(pk=watch.pk).update(learnt_at=now)


def book_look(watch: Watch, *, until: datetime, state: Mapping[str, Any]) -> int:
    """Store how far the engine has looked and what it knows; return the new version."""
    watch.looked_at, watch.state = until, dict(state)
    watch.version += 1
    watch.save(update_fields=["looked_at", "state", "version"])
    return watch.version


def book_arrivals(rows: Iterable[Arrival]) -> None:
    Arrival.objects.bulk_create(rows, batch_size=2000)


def book_sighting(watch: Watch, *, number: int, case: Case) -> None:
    Sighting.objects.create(watch=watch, number=number, case=case)


def renumber(watch: Watch, *, case: Case, number: int) -> None:
    """Let a number of the engine stand for this case, and no longer for the one it stood for."""
    Sighting.objects.filter(case=case).delete()
    if not Sighting.objects.filter(watch=watch, number=number).update(case=case):
        book_sighting(watch, number=number, case=case)
