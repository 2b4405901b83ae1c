"""A spot as a service problem (TMF656 v4), and problems that are no spots."""

import json
from datetime import datetime
from typing import Any, Final

from django.db.models import Prefetch, Q, QuerySet

from complaints.customers.walls import Walls
from heatmaps_project.tmf.models import ServiceProblem
from heatmaps_project.tmf.tickets import BASE as TICKETS
from heatmaps_project.tmf.tickets import PROBLEMS
from heatmaps_project.tmf.wire import without_nothing, written
from spots.cases.api.told import cases
from spots.cases.models import CaseQuerySet, Membership
from spots.cases.states import State
from spots.sla.models import Clock

NEEDED: Final = ("category", "priority", "description", "reason", "originatorParty")
STATUSES: Final = frozenset(
    {
        *("submitted", "rejected", "acknowledged", "inProgress", "held"),
        *("pending", "resolved", "closed", "cancelled"),
    }
)
KINDS: Final[dict[str, type]] = {
    "category": str,
    "priority": int,
    "description": str,
    "reason": str,
    "originatorParty": dict,
    "responsibleParty": dict,
    "name": str,
    "status": str,
    "statusChangeReason": str,
    "externalIdentifier": list,
    "impactImportanceFactor": str,
    "affectedLocation": list,
    "affectedResource": list,
    "affectedService": list,
    "characteristic": list,
    "comment": list,
    "errorMessage": list,
    "firstAlert": dict,
    "impactPattern": dict,
    "note": list,
    "relatedEntity": list,
    "relatedObject": list,
    "relatedParty": list,
    "resolutionDate": datetime,
    "rootCauseResource": list,
    "rootCauseService": list,
    "slaViolation": list,
    "trackingRecord": list,
    "troubleTicket": list,
    "underlyingAlarm": list,
    "underlyingProblem": list,
    "parentProblem": list,
    "associatedSLAViolation": list,
    "associatedTroubleTicket": list,
    "@type": str,
    "@baseType": str,
    "@schemaLocation": str,
}
ATTRIBUTES: Final = frozenset(
    {
        *KINDS,
        *("id", "href", "creationDate", "lastUpdate", "statusChange", "statusChangeDate"),
        *("timeRaised", "timeChanged", "affectedNumberOfServices", "problemEscalation"),
        "correlationId",
    }
)
STATUS_OF: Final = {
    State.DETECTED: "submitted",
    State.ROUTED: "submitted",
    State.REOPENED: "submitted",
    State.ACCEPTED: "acknowledged",
    State.DIAGNOSING: "inProgress",
    State.FIXING: "inProgress",
    State.WAITING: "pending",
    State.FIXED: "resolved",
    State.VERIFYING: "resolved",
    State.CLOSED: "closed",
    State.DISMISSED: "rejected",
    State.MERGED: "closed",
}
PRIORITY_OF: Final = {1: 1, 2: 3, 3: 5, 4: 8}  # of a band
NO_TOPIC: Final = "network"  # category of spots of several topics
_MOST = 200  # newest of what belongs to a problem
# What another system may say of a spot otherwise than we do; of the rest what we know counts: else
# whoever may move spots hides that a promise was broken, or invents when something was fixed.
_THEIRS: Final = frozenset(NEEDED)
_OURSELVES: Final = {
    "id": "heatmaps",
    "name": "Heatmaps",
    "role": "originator",
    "@referredType": "Organization",
}


def spots(walls: Walls) -> CaseQuerySet:
    """Return spots within walls that are not deleted, with all that a problem tells."""
    return all_spots().within(walls).filter(Q(problem=None) | Q(problem__hidden_at=None))


def all_spots() -> CaseQuerySet:
    """
    Return spots with all that a problem tells, those that are deleted too.

    Of a spot's complaints the newest are read: one may have a hundred thousand.
    """
    members = Membership.objects.current().only("case_id", "complaint_id", "pk").order_by("-pk")
    return (
        cases()
        .spots()
        .select_related("problem")
        .prefetch_related(
            Prefetch("memberships", members[:_MOST], to_attr="current"),
            Prefetch("clocks", Clock.objects.exclude(breached_at=None), to_attr="breached"),
        )
    )


def others(walls: Walls) -> QuerySet[ServiceProblem]:
    """Return problems of the walls' brands that are no spots, and not deleted."""
    rows = ServiceProblem.objects.filter(case=None, hidden_at=None)
    return rows if walls.brands is None else rows.filter(brand__in=walls.brands)


def told_spot(case: Any) -> dict[str, Any]:
    """Return a problem's attributes, of a row from `spots`."""
    problem = getattr(case, "problem", None)
    said = _said(problem) if problem else {}
    status = STATUS_OF[State(case.state)]
    changed = max(case.changed_at, problem.changed_at) if problem else case.changed_at
    cause = case.cause
    own = {
        **_times(case.opened_at, changed, case.fixed_at),
        "id": str(case.pk),
        "href": f"{PROBLEMS}{case.pk}",
        "category": case.topic.code if case.topic else NO_TOPIC,
        "priority": PRIORITY_OF[case.band],
        "description": case.place or str(case.pk),
        "reason": cause.name_en if cause else "not known yet",
        "originatorParty": _OURSELVES,
        "status": status,
        "statusChangeDate": written(changed),
        "affectedNumberOfServices": case.customers,
        "affectedLocation": [_location(case)],
        "responsibleParty": _team(case),
        "troubleTicket": [_ticket(member.complaint_id) for member in case.current],
        "slaViolation": [_violation(clock) for clock in case.breached],
        "@type": "ServiceProblem",
    }
    return without_nothing(own | {k: v for k, v in said.items() if k in _THEIRS or k not in own})


def told_other(problem: ServiceProblem) -> dict[str, Any]:
    """Return the attributes of a problem that is no spot."""
    number = f"p{problem.pk}"
    changes = problem.changes or [{"changeDate": written(problem.raised_at)}]
    return without_nothing(
        _said(problem)
        | _times(problem.raised_at, problem.changed_at, None)
        | {
            "id": number,
            "href": f"{PROBLEMS}{number}",
            "status": problem.status or "submitted",
            "statusChange": problem.changes,
            "statusChangeDate": changes[-1]["changeDate"],
            "affectedNumberOfServices": 0,
            "parentProblem": [_problem(f"p{problem.parent_id}")] if problem.parent_id else [],
            "@type": "ServiceProblem",
        }
    )


def _said(problem: ServiceProblem) -> dict[str, Any]:
    rest = json.loads(problem.rest) if problem.rest else {}
    return rest | without_nothing({"category": problem.category, "priority": problem.priority})


def _times(raised: datetime, changed: datetime, fixed: datetime | None) -> dict[str, Any]:
    """Return the times under v4's names, and under v3's, which some still read."""
    return {
        "creationDate": written(raised),
        "lastUpdate": written(changed),
        "timeRaised": written(raised),
        "timeChanged": written(changed),
        "resolutionDate": written(fixed),
    }


def _location(case: Any) -> dict[str, Any]:
    outline = json.loads(case.shape) if case.shape else None
    centre = {"type": "Point", "coordinates": [case.centre.x, case.centre.y]}
    return {
        "id": str(case.pk),
        "name": case.place,
        "role": "outline",
        "geometry": outline or centre,
        "@type": "RelatedPlace",
        "@referredType": "GeographicLocation",
    }


def _team(case: Any) -> dict[str, Any] | None:
    if case.team is None:
        return None
    said = {"id": case.team.code, "name": case.team.name, "role": "responsible"}
    return {**said, "@referredType": "Organization"}


def _ticket(pk: int) -> dict[str, Any]:
    return {
        "id": str(pk),
        "href": f"{TICKETS}troubleTicket/{pk}",
        "@referredType": "TroubleTicket",
    }


def _problem(number: str) -> dict[str, Any]:
    return {"id": number, "href": f"{PROBLEMS}{number}", "@referredType": "ServiceProblem"}


def _violation(clock: Clock) -> dict[str, Any]:
    return {"id": str(clock.pk), "name": clock.target, "date": written(clock.breached_at)}
