"""Which complaints are in which case: the rows themselves. Who may, and why, is said above."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.gis.geos import GEOSGeometry, Point, Polygon
from django.db import connection
from django.db.models import QuerySet

from complaints.customers.personal import MASKED_STEP
from complaints.intake.models import Complaint, ComplaintQuerySet
from spots.cases.models import Case, Membership
from spots.cases.places import place_in_words
from spots.cases.states import ENDED
from spots.cases.transitions.record import Author, held_in_time

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
        -- What a person took out of the case, the engine does not put back.
        AND (%(by)s::bigint IS NOT NULL OR NOT EXISTS (
            SELECT FROM spots_membership m
            WHERE m.complaint_id = c.id AND m.case_id = %(case)s AND m.ended_by_id IS NOT NULL
        ))
    ORDER BY c.id
    ON CONFLICT (complaint_id) WHERE until IS NULL DO NOTHING
"""
# Each keeps who put it into a case: coming along is not being chosen.
_MOVE_OVER = """
    WITH gone AS (
        UPDATE spots_membership SET until = greatest(since, %(now)s)
        WHERE case_id = %(case)s AND until IS NULL
            AND (%(complaints)s::bigint[] IS NULL OR complaint_id = ANY(%(complaints)s))
        RETURNING complaint_id, by_id
    )
    INSERT INTO spots_membership (case_id, complaint_id, since, by_id)
    SELECT %(into)s, complaint_id, %(now)s, coalesce(%(by)s, by_id) FROM gone
    ORDER BY complaint_id
"""
# Around where they live to a hundred metres, as the engine draws it: agents see outlines, too.
_OUTLINE = f"""
    SELECT ST_AsEWKB(ST_Buffer(
        ST_ConvexHull(ST_Collect(ST_SnapToGrid(c.point, {MASKED_STEP})))::geography, 75
    )::geometry)
    FROM complaints_complaint c JOIN spots_membership m ON m.complaint_id = c.id
    WHERE m.case_id = %s AND m.until IS NULL AND c.precision <> 'locality'
"""


def joined(case: Case, complaint_ids: Collection[int], *, by: Author, now: datetime) -> int:
    """
    Make complaints members, those of another current case excepted; return how many.

    The engine (by None) puts none back that a person took out of this case.
    """
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


def moved_over(
    case: Case, into: Case, complaint_ids: Collection[int] | None, *, by: Author, now: datetime
) -> int:
    """
    Move members, None: all of them, to another case; return how many.

    by  who chose these complaints; None: nobody did, and each keeps who had put it in
    """
    values = {
        "case": case.pk,
        "into": into.pk,
        "complaints": None if complaint_ids is None else list(complaint_ids),
        "by": by.pk if by else None,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_MOVE_OVER, values)
        return int(cursor.rowcount)


def outline_of_members(case: Case) -> Polygon | None:
    """Draw a line 75 m around the members, WGS 84; None where nobody knows where they are."""
    with connection.cursor() as cursor:
        cursor.execute(_OUTLINE, [case.pk])
        (drawn,) = cursor.fetchone()
    shape = GEOSGeometry(memoryview(drawn)) if drawn else None
    return shape if isinstance(shape, Polygon) else None


def redrawn(case: Case, *, named: bool = False) -> Case:
    """
    Draw a case round the members it has now; where nobody knows their place, as it was.

    named  call its place anew as well: people know it by the old name otherwise
    """
    if outline := outline_of_members(case):
        case.outline, case.centre = outline, centre_of(outline)
    if named:
        case.place = place_in_words(case.centre)
    case.save(update_fields=["outline", "centre", "place"])
    return case


def lock_in_order(*case_ids: int) -> None:
    """
    Lock several cases by rising number, so that two such moves never wait for each other.

    :raises BusyError: one could not be had in time
    """
    with held_in_time():
        list(Case.objects.select_for_update(no_key=True).filter(pk__in=case_ids).order_by("pk"))


def locked_if_free(*case_ids: int) -> bool:
    """Lock several cases, unless somebody else holds one of them: nothing waits then."""
    rows = Case.objects.select_for_update(skip_locked=True, no_key=True).filter(pk__in=case_ids)
    return len(rows.order_by("pk").values_list("pk", flat=True)) == len(set(case_ids))


def centre_of(outline: Polygon) -> Point:
    """Return the middle of an outline, moved into it where the outline bends round it."""
    middle = outline.centroid
    if not outline.covers(middle):
        middle = outline.point_on_surface
    middle.srid = WGS_84
    return middle


def current_members(case: Case) -> QuerySet[Membership]:
    return Membership.objects.filter(case=case, until=None)


def complaints_of(case: Case) -> ComplaintQuerySet:
    return Complaint.objects.filter(memberships__case=case, memberships__until=None)
