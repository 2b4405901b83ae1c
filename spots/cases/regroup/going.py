"""Which complaints go where when a regrouping is undone, and which do not."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from complaints.customers.walls import Walls
from complaints.intake.models import Complaint
from spots.cases.models import Membership
from spots.cases.transitions.regroupings import Regrouping, moved_by
from spots.cases.wording import moment

MOST = 50  # complaints by name of one way

Way = tuple[int | None, int | None]  # from which case, into which; None: in none


@dataclass(frozen=True)
class Named:
    """A complaint as those who regroup may know it: not whose."""

    number: int
    topic: str
    when: str
    case: int | None = None  # where it is, if that is to be said


@dataclass(frozen=True)
class Going:
    source: int | None
    target: int | None
    many: int
    named: list[Named]  # the newest, MOST at most; none for who may not see complaints


@dataclass(frozen=True)
class Returns:
    """What an undo brings back, what it cannot, and what stays where it came meanwhile."""

    going: list[Going]
    away: int  # left meanwhile: they stay where they are
    away_named: list[Named]
    staying: int  # came meanwhile to where the others leave
    staying_in: int | None


def went_at(case_ids: Collection[int], *, now: datetime) -> dict[int, Way]:
    """Return the way of each complaint that left one of these cases, or came, at `now`."""
    rows = Membership.objects.filter(case__in=case_ids)
    left = dict(rows.filter(until=now).values_list("complaint", "case"))
    came = dict(rows.filter(since=now, until=None).values_list("complaint", "case"))
    return {one: (left.get(one), came.get(one)) for one in sorted({*left, *came})}


def returns_of(
    done: Regrouping, went: Mapping[int, Way], *, walls: Walls | None, zone: str
) -> Returns:
    """
    Tell what undoing a regrouping does to complaints: five queries at most.

    went   the way of each complaint, as a rehearsal of the undo went
    walls  of a reader who may see complaints; None: they are counted alone
    """
    away = set(moved_by(done).values_list("complaint", flat=True)) - went.keys()
    named = _named([*went, *away], walls=walls, zone=zone) if walls else []
    many = Counter(went.values())
    target = done.target.case_id if done.target and done.source else None
    came = Membership.objects.current().filter(case=target, since__gt=done.event.at)
    return Returns(
        going=[
            Going(*way, n, [one for one in named if went.get(one.number) == way][:MOST])
            for way, n in many.most_common()
        ],
        away=len(away),
        away_named=[one for one in named if one.number in away][:MOST],
        staying=came.exclude(complaint__in=list(went)).count() if target else 0,
        staying_in=target,
    )


def _named(numbers: Collection[int], *, walls: Walls, zone: str) -> list[Named]:
    """The newest of these complaints, and in which case they are now."""
    rows = Complaint.objects.within(walls).filter(pk__in=numbers).select_related("topic")
    found = list(rows.only("occurred_at", "topic").order_by("-occurred_at", "-pk")[: 2 * MOST])
    current = Membership.objects.current().filter(complaint__in=[one.pk for one in found])
    cases = dict(current.values_list("complaint", "case"))
    return [
        Named(one.pk, str(one.topic), moment(one.occurred_at, zone), cases.get(one.pk))
        for one in found
    ]
