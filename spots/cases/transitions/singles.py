"""Single cases: one complaint handled by itself, until it is done or turns out part of a spot."""

import logging
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.contrib.gis.geos import MultiPoint, Polygon
from django.db import transaction
from django.utils.translation import gettext as _

from complaints.intake.models import Complaint, ComplaintQuerySet
from complaints.intake.raster import OnRaster
from complaints.isolation import isolated
from spots.cases.events import EventKind
from spots.cases.models import Case, Event, Kind, Membership
from spots.cases.places import place_in_words
from spots.cases.singles.choosing import critical
from spots.cases.singles.models import SingleRule
from spots.cases.states import ENDED, WORKING, Permission, State
from spots.cases.transitions.giving import routed_by_rules
from spots.cases.transitions.membership import WGS_84, joined, lock_in_order, redrawn
from spots.cases.transitions.promises import promise
from spots.cases.transitions.ranking import counted
from spots.cases.transitions.record import (
    Author,
    IllegalMoveError,
    begun,
    let,
    locked_current,
    noted,
    refusal,
)
from spots.cases.transitions.regrouping import ended_in, merge, taken_over
from spots.sla import transitions as sla
from spots.sla.models import Target

logger = logging.getLogger(__name__)

MOST_LETTERS = 2000  # of an answer
MOST_AT_ONCE = 100  # single cases that become one spot
MOST_UNPROVEN = 50  # at work at once: anybody may have sent their complaints
_SMALL = 0.001  # degrees; only until the outline is drawn round the members


@transaction.atomic
def open_single(*, complaint_id: int, by: Author, now: datetime) -> Case:
    """
    Handle a complaint by itself: a case of its own, with place, priority, team, and SLA clocks.

    The engine stays free to find the spot that it is part of: its member was chosen by nobody.

    :raises IllegalMoveError: it is withdrawn, not on the map yet or in a current case, or `by`
        may not
    """
    let(by, Permission.DISPATCH, Permission.REPORT)
    rows = Complaint.objects.select_for_update(of=("self",)).select_related("region")
    complaint = rows.get(pk=complaint_id)
    if complaint.withdrawn_at is not None:
        raise IllegalMoveError(_("The complaint was withdrawn."))
    if complaint.point is None or complaint.region is None:
        raise IllegalMoveError(_("The complaint is not on the map yet: place it first."))
    case = Case.objects.create(
        kind=Kind.SINGLE,
        brand_id=complaint.brand_id,
        region=complaint.region,
        topic_id=complaint.topic_id,
        state=State.DETECTED,
        place=place_in_words(complaint.point),
        centre=complaint.point,
        started_at=complaint.occurred_at,
        opened_at=now,
    )
    if not joined(case, [complaint_id], by=None, now=now):
        raise IllegalMoveError(_("The complaint is in another case already."))
    counted(case, now=now)
    facts = {"complaints": case.complaints, "customers": case.customers}
    noted(case, EventKind.OPENED, by=by, now=now, facts=facts)
    routed_by_rules(case, by=None, now=now)
    promise(case, since=now, answer_since=complaint.received_at, now=now)
    return case


def open_singles(*, now: datetime, limit: int = 200) -> int:
    """
    Open a single case for each complaint that the setting asks for, at most `limit`; how many.

    Complaints that anybody may have sent come last, and wait while MOST_UNPROVEN of them are worked
    on. One that somebody else holds right now is left to the next sweep.
    """
    wanted = critical(SingleRule.in_force(), now=now)
    ordered = wanted.order_by("-proven", "received_at", "pk")
    known = list(ordered.values_list("pk", "proven")[:limit])
    proven = [number for number, is_proven in known if is_proven]
    others = [number for number, is_proven in known if not is_proven]
    numbers = [*proven, *others[: _room_for_unproven()]] if others else proven
    return sum(_opened(wanted, number, now=now) for number in numbers)


def _room_for_unproven() -> int:
    """Return how many more single cases of unproven complaints may be opened now."""
    open_now = Membership.objects.current().filter(
        case__kind=Kind.SINGLE, case__state__in=WORKING, complaint__proven=False
    )
    return max(0, MOST_UNPROVEN - open_now[:MOST_UNPROVEN].count())


def _opened(wanted: ComplaintQuerySet, number: int, *, now: datetime) -> int:
    free = wanted.filter(pk=number).select_for_update(skip_locked=True, of=("self",))
    failed = "Complaint %s could not be handled by itself; the next sweep tries again"
    with isolated(logger, failed, number), suppress(IllegalMoveError), transaction.atomic():
        if free.exists():
            open_single(complaint_id=number, by=None, now=now)
            return 1
    return 0  # somebody else holds it, or it has just become another case's


@transaction.atomic
def answer(*, case_id: int, text: str, by: AbstractUser, now: datetime) -> Event:
    """
    Write down what the customer of a single case is answered. Telling it is feedback's.

    :raises IllegalMoveError: it is no single case or has ended, nothing or too much is said, or
        `by` may not
    """
    let(by, Permission.WORK, Permission.DISPATCH)
    case = locked_current(case_id)
    text = text.strip()
    if case.kind != Kind.SINGLE:
        raise refusal(case, _("only a single case is answered"))
    if not text:
        raise IllegalMoveError(_("An answer needs a text."))
    if len(text) > MOST_LETTERS:
        raise IllegalMoveError(_("An answer has at most %(n)d letters.") % {"n": MOST_LETTERS})
    sla.satisfy(case_id=case.pk, target=Target.FIRST_ANSWER, by=by, now=now)
    return noted(case, EventKind.ANSWERED, by=by, now=now, note=text)


@transaction.atomic
def make_spot(*, case_ids: Collection[int], by: Author, now: datetime) -> Case:
    """
    Make one spot of several single cases, which live on in it; its promises count from theirs.

    :raises IllegalMoveError: fewer than two or too many are chosen, one is no single case in
        work, they are of different brands, or `by` may not
    """
    numbers = sorted(set(case_ids))
    if not 2 <= len(numbers) <= MOST_AT_ONCE:
        raise IllegalMoveError(_("Choose from 2 to %(n)d single cases.") % {"n": MOST_AT_ONCE})
    lock_in_order(*numbers)
    singles = [begun(number, "merge", by=by) for number in numbers]
    _check_alike(singles)
    topics = {single.topic_id for single in singles}
    first = singles[0]
    spot = Case.objects.create(
        kind=Kind.SPOT,
        brand_id=first.brand_id,
        region_id=first.region_id,
        topic_id=topics.pop() if len(topics) == 1 else None,
        state=State.DETECTED,
        centre=first.centre,
        outline=_round(singles),
        started_at=min(single.started_at for single in singles),
        opened_at=now,
    )
    members = [taken_over(single, spot, now=now) for single in singles]
    redrawn(spot, named=True)
    counted(spot, now=now)
    facts = {"complaints": spot.complaints, "customers": spot.customers}
    noted(spot, EventKind.OPENED, by=by, now=now, facts=facts)
    for single, ids in zip(singles, members, strict=True):
        ended_in(single, spot, ids, by=by, now=now)
    counted(spot, now=now)  # whom their fixes left unhappy counts in it from now on
    routed_by_rules(spot, by=None, now=now)
    promise(spot, since=min(single.opened_at for single in singles), now=now)
    return spot


@transaction.atomic
def join(*, case_id: int, spot_id: int, by: Author, now: datetime) -> Case:
    """
    Let a single case live on in a spot.

    :raises IllegalMoveError: it is no single case, that is no spot, or as `merge` does
    """
    lock_in_order(case_id, spot_id)
    case, spot = begun(case_id, "merge", by=by), locked_current(spot_id)
    if case.kind != Kind.SINGLE or spot.kind != Kind.SPOT:
        raise refusal(case, _("only a single case joins a spot"))
    return merge(case_id=case_id, into_id=spot_id, by=by, now=now)


def _check_alike(singles: Sequence[Case]) -> None:
    first = singles[0]
    for single in singles:
        if single.kind != Kind.SINGLE or single.state not in WORKING:
            raise refusal(single, _("only single cases in work become a spot"))
        if (single.brand_id, single.region_id) != (first.brand_id, first.region_id):
            raise refusal(single, _("it is of another brand or region than the others"))


def _round(singles: Sequence[Case]) -> Polygon:
    shape = MultiPoint([single.centre for single in singles], srid=WGS_84).convex_hull
    drawn = shape.buffer(_SMALL)
    assert isinstance(drawn, Polygon)
    return drawn


def singles_of(complaint_ids: Collection[int]) -> list[int]:
    """Return the numbers of the single cases, not ended, that these complaints are in."""
    members = Membership.objects.current().filter(
        complaint__in=list(complaint_ids), case__kind=Kind.SINGLE
    )
    return sorted(set(members.exclude(case__state__in=ENDED).values_list("case", flat=True)))


def hold_singles(complaint_ids: Collection[int]) -> None:
    """Lock single cases of complaints before these are written, in the order of every move."""
    members = Membership.objects.filter(complaint__in=complaint_ids)
    singles = Case.objects.filter(kind=Kind.SINGLE, pk__in=members.values("case"))
    list(singles.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))


def redraw_singles(complaint_ids: Collection[int]) -> None:
    """
    Draw single cases of complaints that have lost their house to the same raster.

    A case of one complaint is where its customer lives: what the complaint forgets, it does, too.
    """
    members = Membership.objects.filter(complaint__in=complaint_ids)
    singles = Case.objects.filter(kind=Kind.SINGLE, pk__in=members.values("case"))
    for case in singles.order_by("pk"):
        of_it = Case.objects.filter(pk=case.pk)
        case.centre = of_it.values_list(OnRaster("centre"), flat=True).get()
        case.outline, case.place = _round([case]), place_in_words(case.centre)
        case.save(update_fields=["centre", "outline", "place"])
