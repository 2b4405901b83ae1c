"""The spots a trial would have opened, beside those that were."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import shapely

from complaints.customers.walls import Walls
from spots.cases.models import Case, Membership
from spots.cases.states import State
from spots.trials.models import Trial

SHARED = 0.34  # of the smaller one's members, to be the same spot
BEFORE = timedelta(hours=96)  # a spot as old as that may have gone on into the period
COLUMNS = ("place", "customers", "topic", "outline", "opened_at", "quiet_since", "ended_at")


@dataclass
class Pair:
    """A spot of the trial and the cases it matches; or a case that nothing matches."""

    found: dict[str, Any] | None
    cases: list[Case] = field(default_factory=list)  # the likest first

    @property
    def opened_at(self) -> datetime:
        if self.found is not None:
            return datetime.fromisoformat(self.found["opened_at"])
        return self.cases[0].opened_at


def compare(trial: Trial, *, walls: Walls, now: datetime) -> list[Pair]:
    """Return every spot found and every one that was and would not have been, by opening time."""
    cases = _cases(trial, walls)
    likeness = _likeness(trial, cases, now)
    pairs = [
        Pair(spot, [case for _, case in sorted(likeness[i], key=lambda one: -one[0])])
        for i, spot in enumerate(trial.found)
    ]
    matched = {case.pk for pair in pairs for case in pair.cases}
    pairs += [
        Pair(None, [case])
        for case in cases
        if case.pk not in matched and case.opened_at >= trial.since
    ]
    return sorted(pairs, key=lambda pair: pair.opened_at)


def _cases(trial: Trial, walls: Walls) -> list[Case]:
    """Spots of the rule's topics there; those merged live on in others and are left out."""
    topics = set((trial.engine or {}).get("topics", ()))
    rows = Case.objects.spots().within(walls).exclude(state=State.MERGED)
    rows = rows.filter(
        brand=trial.brand_id,
        region=trial.region_id,
        opened_at__gte=trial.since - BEFORE,
        opened_at__lt=_until(trial),
    )
    rows = rows.only(*COLUMNS).order_by("opened_at", "pk")
    return [case for case in rows if case.topic_id is None or case.topic_id in topics]


def _until(trial: Trial) -> datetime:
    """How far the trial is known to tell."""
    return trial.reached or trial.since


def _likeness(
    trial: Trial, cases: Sequence[Case], now: datetime
) -> dict[int, list[tuple[float, Case]]]:
    """For each spot found, by its place in the list: the same spots, and how alike they are."""
    alike: dict[int, list[tuple[float, Case]]] = {i: [] for i in range(len(trial.found))}
    by_pk = {case.pk: case for case in cases}
    taken: set[tuple[int, int]] = set()
    for i, pk, share in _sharing(trial.found, list(by_pk)):
        if share >= SHARED:
            alike[i].append((1 + share, by_pk[pk]))
            taken.add((i, pk))
    for i, case in _overlapping(trial, cases, now):
        if (i, case.pk) not in taken:
            alike[i].append((0.0, case))
    return alike


def _sharing(found: Sequence[dict[str, Any]], cases: list[int]) -> list[tuple[int, int, float]]:
    """Spot, case, and the share of the smaller one's members that are in both."""
    rows = Membership.objects.current().filter(case__in=cases)
    members = list(rows.values_list("complaint_id", "case_id"))
    case_of, size = dict(members), Counter(case for _, case in members)
    shares = []
    for i, spot in enumerate(found):
        held = Counter(case_of[member] for member in spot["members"] if member in case_of)
        for pk, both in held.items():
            shares.append((i, pk, both / min(size[pk], len(spot["members"]))))
    return shares


def _overlapping(trial: Trial, cases: Sequence[Case], now: datetime) -> list[tuple[int, Case]]:
    """Spots and cases that overlap in place and in time."""
    drawn = [case for case in cases if case.outline]
    if not drawn or not trial.found:
        return []
    areas = [shapely.Polygon(case.outline.coords[0]) for case in drawn if case.outline]
    outlines = [shapely.Polygon(spot["outline"]) for spot in trial.found]
    found, were = shapely.STRtree(areas).query(outlines, predicate="intersects")
    return [
        (i, drawn[k])
        for i, k in zip(found.tolist(), were.tolist(), strict=True)
        if _at_once(trial, trial.found[i], drawn[k], now)
    ]


def _at_once(trial: Trial, spot: dict[str, Any], case: Case, now: datetime) -> bool:
    began = datetime.fromisoformat(spot["opened_at"])
    ended = datetime.fromisoformat(spot["ended_at"]) if spot["ended_at"] else trial.until
    over = case.quiet_since or case.ended_at or now
    return began <= over and case.opened_at <= ended
