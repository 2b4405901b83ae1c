"""What people have decided of spots and complaints, as the engine has to know it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from math import inf

from spots.cases.events import EventKind
from spots.cases.models import Case, Event, Membership
from spots.cases.states import ENDED
from spots.detection.arrivals import in_hours
from spots.detection.groups import Decisions
from spots.watching import transitions
from spots.watching.models import Sighting, Watch


def decisions(watch: Watch, *, since: datetime) -> Decisions:
    """
    Read what people have decided: who merged, split or ended what, and placed which complaint.

    It is read from what is, not from what happened, so it may be read as often as one likes,
    and a decision made during a look counts in the next one.

    since  earlier complaints can be members of no spot
    """
    sightings = list(
        Sighting.objects.filter(watch=watch)
        .exclude(case__ended_at__lt=since - timedelta(days=7))
        .select_related("case__merged_into__merged_into")
    )
    number_of = {sighting.case_id: sighting.number for sighting in sightings}
    split = _split(watch, number_of)
    apart = set(split.items()) | (undone := _unmerged(number_of))
    split |= dict(sorted(undone))
    kept, merged = dict.fromkeys(split, inf), {}
    for sighting in sightings:
        lives_on = sighting.case.survivor
        kept[sighting.number] = _end_of(lives_on)
        into = number_of.get(lives_on.pk)
        if into is not None and into != sighting.number:
            merged[sighting.number] = into
    placed: dict[int, int | None] = {}
    occurred_h = {}
    for complaint, case_id, until, occurred_at in _decided(watch, since):
        placed[complaint] = number_of.get(case_id) if until is None else None
        occurred_h[complaint] = in_hours(occurred_at)
    return Decisions(
        kept=kept,
        merged=merged,
        split=split,
        apart=frozenset(apart),
        placed=placed,
        occurred_h=occurred_h,
    )


def _end_of(case: Case) -> float:
    """When a case ended, hours; infinite: it has not."""
    return in_hours(case.ended_at) if case.state in ENDED and case.ended_at else inf


def _decided(watch: Watch, since: datetime) -> Iterable[tuple[int, int, datetime | None, datetime]]:
    """
    The memberships that people made or ended: complaint, case, end, and when it occurred.

    The last of each complaint comes last. What is current is in a case that was not merged.
    """
    rows = Membership.objects.decided().filter(since__gte=since, complaint__arrival__watch=watch)
    wanted = ("complaint_id", "case_id", "until", "complaint__occurred_at")
    return rows.order_by("since", "pk").values_list(*wanted)


def _split(watch: Watch, number_of: dict[int, int]) -> dict[int, int]:
    """
    Give a number to each case that a person has split off, and note it in `number_of`.

    Returns the numbers, and those of what they were part of.
    """
    part_of = Case.objects.current().filter(split_from__sighting__watch=watch)
    found = {}
    for case in part_of.select_related("split_from").order_by("pk"):
        if case.pk not in number_of:
            number = _free_number(watch, case)
            if number is None:
                continue
            transitions.book_sighting(watch, number=number, case=case)
            number_of[case.pk] = number
        if case.split_from_id in number_of:
            found[number_of[case.pk]] = number_of[case.split_from_id]
    return found


def _unmerged(number_of: dict[int, int]) -> set[tuple[int, int]]:
    """Numbers of each case whose merge a person has undone, and of what it had become part of."""
    undone = Event.objects.filter(
        case__in=number_of, kind=EventKind.UNDONE, facts__of=EventKind.MERGED, facts__has_key="from"
    ).exclude(case__state__in=ENDED)
    return {
        (number_of[case_id], number_of[other])
        for case_id, other in undone.values_list("case_id", "facts__from")
        if other in number_of
    }


def _free_number(watch: Watch, case: Case) -> int | None:
    """A number that no spot has: of a member that founded none; None: there is none."""
    taken = Sighting.objects.filter(watch=watch).values("number")
    members = Membership.objects.current().filter(case=case).exclude(complaint__in=taken)
    return members.order_by("complaint").values_list("complaint", flat=True).first()
