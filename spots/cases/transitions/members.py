"""Which complaints a case is made of: opening, growing, merging, attaching and detaching."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.contrib.gis.geos import Point, Polygon
from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from complaints.intake import transitions_of_state
from complaints.intake.models import Complaint
from spots.cases import routing
from spots.cases.models import Case, EventKind, Kind, Membership
from spots.cases.places import place_in_words
from spots.cases.states import ENDED, WORKING, State
from spots.cases.transitions.moves import routed
from spots.cases.transitions.ranking import counted
from spots.cases.transitions.record import (
    Author,
    IllegalMoveError,
    begun,
    locked_current,
    moved,
    noted,
    refusal,
)
from spots.sla import transitions as sla

WGS_84 = 4326

# One statement each, however many complaints: a spot of 100,000 is possible.
_LEAVE_ENDED = """
    UPDATE spots_membership m SET until = greatest(m.since, %(now)s)
    FROM unnest(%(complaints)s::bigint[]) AS given (id), spots_case c
    WHERE m.complaint_id = given.id AND m.until IS NULL AND m.case_id <> %(case)s
        AND c.id = m.case_id AND c.state = ANY(%(ended)s)
"""
_JOIN = """
    INSERT INTO spots_membership (case_id, complaint_id, since, by_id)
    SELECT %(case)s, c.id, %(now)s, %(by)s
    FROM unnest(%(complaints)s::bigint[]) AS given (id) JOIN complaints_complaint c USING (id)
    WHERE c.brand_id = %(brand)s AND c.withdrawn_at IS NULL
    ORDER BY c.id
    ON CONFLICT (complaint_id) WHERE until IS NULL DO NOTHING
"""


@transaction.atomic
def open_spot(
    *,
    brand_id: int,
    region_id: int,
    topic_id: int | None,
    complaint_ids: Collection[int],
    outline: Polygon,
    started_at: datetime,
    evidence: dict[str, Any],
    now: datetime,
) -> Case:
    """
    Open a spot of complaints that gather: members, place, priority, team, and SLA clocks.

    Complaints of another current case, of another brand or withdrawn ones are left out.

    :raises IllegalMoveError: no complaint is left
    """
    centre = _centre_of(outline)
    case = Case.objects.create(
        kind=Kind.SPOT,
        brand_id=brand_id,
        region_id=region_id,
        topic_id=topic_id,
        state=State.DETECTED,
        place=place_in_words(centre),
        centre=centre,
        outline=outline,
        evidence=evidence,
        started_at=started_at,
        opened_at=now,
    )
    if not _joined(case, complaint_ids, by=None, now=now):
        raise IllegalMoveError(_("There is no complaint to open a spot of."))
    counted(case, now=now)
    facts = {"complaints": case.complaints, "customers": case.customers, "evidence": evidence}
    noted(case, EventKind.OPENED, by=None, now=now, facts=facts)
    team = routing.team_for(case)
    if team:
        routed(case, team, by=None, now=now)
    sla.start(
        case_id=case.pk,
        brand_id=brand_id,
        region_id=region_id,
        topic_id=topic_id,
        band=case.band,
        now=now,
    )
    return case


@transaction.atomic
def grow(
    *,
    case_id: int,
    complaint_ids: Collection[int],
    outline: Polygon,
    evidence: dict[str, Any],
    now: datetime,
) -> Case:
    """
    Take more complaints into a current case, and draw it as it is now.

    Complaints that are in another current case stay there. No new member: no event.

    :raises IllegalMoveError: the case has ended
    """
    case = locked_current(case_id)
    case.outline, case.centre, case.evidence = outline, _centre_of(outline), evidence
    case.save(update_fields=["outline", "centre", "evidence"])
    if joined := _joined(case, complaint_ids, by=None, now=now):
        counted(case, now=now)
        facts = {"complaints": joined, "in_all": case.complaints}
        noted(case, EventKind.GREW, by=None, now=now, facts=facts)
    return case


@transaction.atomic
def merge(*, case_id: int, into_id: int, by: Author, now: datetime) -> Case:
    """
    Let a case live on in another of its brand: the members go over, with their history.

    :raises IllegalMoveError: not from this state, into itself, into another brand's, or into
        one that is not worked on (a fixed case takes in fixed ones only)
    """
    _lock_in_order(case_id, into_id)
    case = begun(case_id, "merge", by=by)
    into = locked_current(into_id)
    if into.pk == case.pk or into.brand_id != case.brand_id:
        raise refusal(case, _("it cannot be merged into № %(into)s") % {"into": into.pk})
    if into.state not in WORKING and into.state != case.state:
        raise refusal(into, _("it takes in no case that is still worked on"))
    ids = list(_current_members(case).values_list("complaint_id", flat=True))
    _current_members(case).update(until=Greatest("since", now))
    _joined(into, ids, by=by, now=now)
    if into.state in WORKING:
        transitions_of_state.unresolve(Complaint.objects.filter(pk__in=ids))
    case.merged_into, case.ended_at = into, now
    moved(
        case,
        State.MERGED,
        EventKind.MERGED,
        by=by,
        now=now,
        facts={"into": into.pk, "complaints": len(ids)},
        changed=("merged_into", "ended_at"),
    )
    into.started_at = min(into.started_at, case.started_at)
    into.save(update_fields=["started_at"])
    noted(into, EventKind.MERGED, by=by, now=now, facts={"from": case.pk, "complaints": len(ids)})
    counted(into, now=now)
    sla.stop(case_id=case.pk, by=by, reason=f"№ {into.pk}", now=now)
    return counted(case, now=now)


@transaction.atomic
def attach(*, case_id: int, complaint_id: int, by: Author, now: datetime) -> Case:
    """
    Put a complaint into a current case. Attached to it already: nothing changes.

    A person may take it out of another case; the engine (by None) may not.

    :raises IllegalMoveError: the case has ended, the complaint is of another brand or
        withdrawn, or the engine would take it from another current case
    """
    present = Membership.objects.filter(complaint_id=complaint_id, until=None)
    _lock_in_order(case_id, *present.values_list("case_id", flat=True))
    case = locked_current(case_id)
    current = present.select_related("case").first()
    if current and current.case_id == case.pk:
        return case
    facts = {"complaint": complaint_id}
    if current and by is not None and current.case.state not in ENDED:
        facts["from"] = current.case_id
        _left(current, by=by, now=now)
    if not _joined(case, [complaint_id], by=by, now=now):
        raise refusal(case, _("this complaint cannot be attached to it"))
    noted(case, EventKind.ATTACHED, by=by, now=now, facts=facts)
    return counted(case, now=now)


@transaction.atomic
def detach(*, case_id: int, complaint_id: int, by: Author, now: datetime) -> Case:
    """
    Take a complaint out of a current case.

    :raises IllegalMoveError: the case has ended, or the complaint is not in it
    """
    case = locked_current(case_id)
    member = _current_members(case).filter(complaint_id=complaint_id).first()
    if member is None:
        raise refusal(case, _("this complaint is not in it"))
    return _left(member, by=by, now=now)


def _left(member: Membership, *, by: Author, now: datetime) -> Case:
    member.until = max(member.since, now)
    member.save(update_fields=["until"])
    noted(member.case, EventKind.DETACHED, by=by, now=now, facts={"complaint": member.complaint_id})
    return counted(member.case, now=now)


def _joined(case: Case, complaint_ids: Collection[int], *, by: Author, now: datetime) -> int:
    """Make complaints members, those of another current case excepted; return how many."""
    values = {
        "case": case.pk,
        "brand": case.brand_id,
        "complaints": list(complaint_ids),
        "ended": [str(state) for state in ENDED],
        "by": by.pk if by else None,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LEAVE_ENDED, values)
        cursor.execute(_JOIN, values)
        return int(cursor.rowcount)


def _lock_in_order(*case_ids: int) -> None:
    """Lock several cases by rising number, so that two such moves never wait for each other."""
    list(Case.objects.select_for_update().filter(pk__in=case_ids).order_by("pk"))


def _centre_of(outline: Polygon) -> Point:
    """Return the middle of an outline, moved into it where the outline bends round it."""
    middle = outline.centroid
    if not outline.covers(middle):
        middle = outline.point_on_surface
    middle.srid = WGS_84
    return middle


def _current_members(case: Case) -> QuerySet[Membership]:
    return Membership.objects.filter(case=case, until=None)
