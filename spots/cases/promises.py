"""What policies may ask of cases, and which promises they have yet to keep."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from spots.cases.counting import segments_of
from spots.cases.events import EventKind
from spots.cases.models import Case, Event
from spots.cases.states import CATEGORIES, State
from spots.sla.derivation import Category
from spots.sla.derivation import State as Clocked
from spots.sla.matching import Facts
from spots.sla.models import Policy, Target
from spots.sla.transitions import Standing

ASKED = (
    *("kind", "brand_id", "region_id", "topic_id", "band", "centre", "state"),
    *("opened_at", "accepted_at", "eta_at", "goes_on_as"),
)  # the fields of a case that `standings_of` reads


def standings_of(cases: Iterable[Case], *, with_segments: bool = False) -> dict[int, Standing]:
    """
    Return how cases that are worked on stand, by number: three queries, however many.

    A promise that is made only now has stood still whenever its case has waited.

    with_segments  tell those of their customers even where no policy that is saved asks for them
    """
    cases = list(cases)
    segments = _segments_asked_for(cases, whatever_is_saved=with_segments)
    waits = _waits_of([case.pk for case in cases])
    return {
        case.pk: Standing(
            facts_of(case, segments.get(case.pk, {})),
            counts_from=_not_met(case),
            paused=_stands_still(case),
            pauses=dict.fromkeys(Target.values, waits.get(case.pk, ())),
        )
        for case in cases
    }


def standing_of_new(
    case: Case,
    *,
    counts_from: Mapping[str, datetime],
    whole: Mapping[str, Clocked],
    now: datetime,
) -> Standing:
    """
    Return how a case stands that begins now: since when it counts, its maker says.

    whole  by target, how the promises stand of the case that it was a part of
    """
    segments = _segments_asked_for([case]).get(case.pk, {})
    return Standing(
        facts_of(case, segments),
        counts_from=counts_from,
        paused=_stands_still(case),
        pauses={
            target: [(since, until or now) for since, until in state.pauses]
            for target, state in whole.items()
        },
        missed={
            target: state.promise for target, state in whole.items() if state.stays_missed(now)
        },
        part_of=f"№ {case.split_from_id}" if case.split_from_id else "",
    )


def _stands_still(case: Case) -> bool:
    return CATEGORIES[State(case.state)] == Category.PAUSED


def _segments_asked_for(
    cases: Sequence[Case], *, whatever_is_saved: bool = False
) -> dict[int, dict[str, float]]:
    """Return segments' shares of the customers of each case, where a policy asks for them."""
    wanted = whatever_is_saved or Policy.objects.exclude(segments=[]).exists()
    return segments_of([case.pk for case in cases]) if wanted else {}


def facts_of(case: Case, segments: Mapping[str, float]) -> Facts:
    return Facts(
        kind=case.kind,
        brand=case.brand_id,
        region=case.region_id,
        topic=case.topic_id,
        band=case.band,
        at=(case.centre.x, case.centre.y),
        segments=segments,
    )


def _not_met(case: Case) -> dict[str, datetime]:
    """Return the targets that are still to be met, and since when they count."""
    met = {Target.REACTION: case.accepted_at is not None, Target.ETA: case.has_term}
    targets = (Target.REACTION, Target.ETA, Target.FIX)
    return {target.value: case.opened_at for target in targets if not met.get(target)}


def _waits_of(case_ids: Collection[int]) -> dict[int, list[tuple[datetime, datetime | None]]]:
    """Return when cases stood in a state that pauses; None: they still do."""
    have = Event.objects.filter(case__in=case_ids, kind=EventKind.WAITING).values("case")
    moves = Event.objects.filter(case__in=have).exclude(became="").order_by("case", "at", "pk")
    waits: dict[int, list[tuple[datetime, datetime | None]]] = defaultdict(list)
    for case, at, became in moves.values_list("case", "at", "became"):
        own = waits[case]
        waited = bool(own) and own[-1][1] is None
        waits_now = CATEGORIES[State(became)] == Category.PAUSED
        if waits_now and not waited:
            own.append((at, None))
        elif waited and not waits_now:
            own[-1] = (own[-1][0], at)
    return waits
