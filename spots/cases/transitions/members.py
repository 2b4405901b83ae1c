"""What the engine finds becomes a case and grows; and complaints that were taken back leave."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.contrib.gis.geos import Polygon
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from spots.cases.events import EventKind
from spots.cases.models import Case, Kind, Membership
from spots.cases.places import place_in_words
from spots.cases.states import MOVES, WORKING, Dismissal, Permission, State
from spots.cases.transitions.giving import routed_by_rules
from spots.cases.transitions.membership import centre_of, joined
from spots.cases.transitions.moves import dismiss
from spots.cases.transitions.promises import promise
from spots.cases.transitions.ranking import counted, recounted
from spots.cases.transitions.record import Author, IllegalMoveError, let, locked_current, noted
from spots.cases.transitions.regrouping import ended_in, merge, taken_over

WITHDRAWN = gettext_noop("The complaint was withdrawn.")  # translated where it is read


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
    by: Author = None,
    now: datetime,
) -> Case:
    """
    Open a spot of complaints that gather: members, place, priority, team, and SLA clocks.

    Complaints of another current spot, of another brand or withdrawn ones are left out. A single
    case of one of them lives on in the spot.

    by  who says that they belong together; None: the engine found it

    :raises IllegalMoveError: no complaint is left, or `by` may not
    """
    let(by, Permission.DISPATCH)
    centre = centre_of(outline)
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
    singles = _singles_for(case, complaint_ids)
    members = [taken_over(single, case, now=now) for single in singles]
    if not joined(case, complaint_ids, by=None, now=now) and not singles:
        raise IllegalMoveError(_("There is no complaint to open a spot of."))
    counted(case, now=now)
    facts = {"complaints": case.complaints, "customers": case.customers, "evidence": evidence}
    noted(case, EventKind.OPENED, by=by, now=now, facts=facts)
    for single, ids in zip(singles, members, strict=True):
        ended_in(single, case, ids, by=by, now=now)
    if singles:
        counted(case, now=now)  # whom their fixes left unhappy counts in it from now on
    routed_by_rules(case, by=None, now=now)
    # A single case that was opened before keeps its start.
    promise(case, since=min([now, *(single.opened_at for single in singles)]), now=now)
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

    Complaints that are in another current spot stay there; a single case of one of them is
    merged. No new member: no event.

    :raises IllegalMoveError: the case has ended
    """
    case = locked_current(case_id)
    case.outline, case.centre, case.evidence = outline, centre_of(outline), evidence
    case.save(update_fields=["outline", "centre", "evidence"])
    for single in _singles_for(case, complaint_ids):
        merge(case_id=single.pk, into_id=case.pk, by=None, now=now)
    if new := joined(case, complaint_ids, by=None, now=now):
        recounted(case, now=now)
        facts = {"complaints": new, "in_all": case.complaints}
        noted(case, EventKind.GREW, by=None, now=now, facts=facts)
    return case


def _singles_for(case: Case, complaint_ids: Collection[int]) -> list[Case]:
    """
    Return the single cases, locked, that become part of a spot with these complaints.

    One that is still worked on goes into no spot that is fixed; and what a person took out of
    the spot, the engine does not put back.
    """
    taken_out = Membership.objects.filter(
        case=case, complaint=OuterRef("complaint"), ended_by__isnull=False
    )
    found = Membership.objects.current().filter(
        ~Exists(taken_out), complaint__in=list(complaint_ids), complaint__withdrawn_at=None
    )
    rows = Case.objects.current() if case.state in WORKING else Case.objects.watched()
    of_brand = rows.filter(kind=Kind.SINGLE, brand=case.brand_id, pk__in=found.values("case"))
    return list(of_brand.select_for_update(no_key=True).order_by("pk"))


@transaction.atomic
def release_withdrawn(*, now: datetime, lately: timedelta = timedelta(days=30)) -> int:
    """
    Let complaints that were withdrawn lately leave their cases, with an event; return how many.

    A single case whose complaint left is dismissed. A case that somebody else holds right now
    is left to the next sweep.
    """
    gone = Membership.objects.current().filter(
        complaint__corrected_at__gte=now - lately, complaint__withdrawn_at__isnull=False
    )
    concerned = Case.objects.filter(pk__in=gone.values("case")).order_by("pk")
    left = 0
    for case in concerned.select_for_update(skip_locked=True, no_key=True):
        rows = list(gone.filter(case=case).order_by("complaint_id"))
        for member in rows:
            member.until = max(member.since, now)
            facts = {"complaint": member.complaint_id}
            noted(case, EventKind.DETACHED, by=None, now=now, note=WITHDRAWN, facts=facts)
        Membership.objects.bulk_update(rows, ["until"])
        recounted(case, now=now)
        if case.kind == Kind.SINGLE and case.state in MOVES["dismiss"].sources:
            reason = Dismissal.OTHER
            dismiss(case_id=case.pk, dismissed_for=reason, note=WITHDRAWN, by=None, now=now)
        left += len(rows)
    return left
