"""A complaint as a trouble ticket (TMF621 v4)."""

import json
from datetime import datetime
from typing import Any, Final

from django.db.models import Prefetch, Q

from complaints.customers.walls import Walls
from complaints.intake.models import Complaint, ComplaintQuerySet
from heatmaps_project.tmf.models import TroubleTicket
from heatmaps_project.tmf.wire import without_nothing, written
from spots.cases.models import Case, Membership
from spots.cases.states import State

BASE: Final = "/tmf-api/troubleTicket/v4/"
PROBLEMS: Final = "/tmf-api/serviceProblemManagement/v4/serviceProblem/"
STATUSES: Final = frozenset(
    {
        *("acknowledged", "rejected", "pending", "held"),
        *("inProgress", "cancelled", "closed", "resolved"),
    }
)
ENDS: Final = frozenset({"resolved", "closed", "cancelled"})
# What may be sent, and its type in JSON.
KINDS: Final[dict[str, type]] = {
    "description": str,
    "severity": str,
    "ticketType": str,
    "name": str,
    "priority": str,
    "externalId": str,
    "status": str,
    "statusChangeReason": str,
    "expectedResolutionDate": datetime,
    "requestedResolutionDate": datetime,
    "resolutionDate": datetime,
    "channel": dict,
    "attachment": list,
    "note": list,
    "relatedEntity": list,
    "relatedParty": list,
    "troubleTicketRelationship": list,
    "@type": str,
    "@baseType": str,
    "@schemaLocation": str,
}
NEEDED: Final = ("description", "severity", "ticketType")
ATTRIBUTES: Final = frozenset(
    {*KINDS, "id", "href", "creationDate", "lastUpdate", "statusChange", "statusChangeDate"}
)
SEVERITIES: Final = {1: "minor", 2: "minor", 3: "moderate", 4: "major", 5: "critical"}
BY_STATE: Final = {
    State.ACCEPTED: "inProgress",
    State.DIAGNOSING: "inProgress",
    State.FIXING: "inProgress",
    State.WAITING: "pending",
    State.FIXED: "resolved",
    State.VERIFYING: "resolved",
    State.CLOSED: "closed",
}


def tickets(walls: Walls) -> ComplaintQuerySet:
    """Return complaints within walls that are not deleted, with all that a ticket tells."""
    return all_tickets().within(walls).filter(Q(ticket=None) | Q(ticket__hidden_at=None))


def all_tickets() -> ComplaintQuerySet:
    """Return complaints with all that a ticket tells, those that are deleted too."""
    current = Membership.objects.current().select_related("case")
    return Complaint.objects.select_related("topic", "customer", "ticket").prefetch_related(
        Prefetch("memberships", current, to_attr="current")
    )


def told(complaint: Any) -> dict[str, Any]:
    """Return a ticket's attributes, of a row from `tickets`."""
    ticket = ticket_of(complaint)
    case = complaint.current[0].case if complaint.current else None
    rest = json.loads(ticket.rest) if ticket.rest else {}
    changes = [*_received(complaint), *ticket.changes]
    status = status_of(complaint, ticket, case)
    if status != changes[-1]["status"]:
        changes.append({"status": status, "changeDate": written(_since(complaint, case))})
    own = {
        "id": str(complaint.pk),
        "href": f"{BASE}troubleTicket/{complaint.pk}",
        "creationDate": written(complaint.received_at),
        "lastUpdate": written(max(complaint.changed_at, ticket.changed_at)),
        "description": complaint.text,
        "severity": ticket.severity or SEVERITIES[complaint.topic.severity],
        "ticketType": ticket.ticket_type or complaint.topic.code,
        "priority": ticket.priority or (f"P{case.band}" if case else None),
        "externalId": complaint.external_id,
        "status": status,
        "statusChange": [{"@type": "StatusChange", **change} for change in changes],
        "statusChangeDate": changes[-1]["changeDate"],
        "statusChangeReason": changes[-1].get("changeReason"),
        "expectedResolutionDate": written(case.eta_at) if case else None,
        "resolutionDate": written(complaint.resolved_at),
        "@type": "TroubleTicket",
    }
    # What we know ourselves counts; the other system's word fills what we do not.
    return without_nothing(
        {"channel": {"id": complaint.channel, "name": complaint.channel}}
        | rest
        | without_nothing(own)
        | {"relatedEntity": [*rest.get("relatedEntity", []), *_spot(case)]}
    )


def ticket_of(complaint: Complaint) -> TroubleTicket:
    """Return what TMF621 said of a complaint, an empty row where it said nothing."""
    return getattr(complaint, "ticket", None) or TroubleTicket(
        complaint=complaint, changed_at=complaint.changed_at
    )


def status_of(complaint: Complaint, ticket: TroubleTicket, case: Case | None) -> str:
    """Return what was told, unless what we see ourselves ended it, or says more."""
    seen = _seen(complaint, case)
    if ticket.status and (seen not in ENDS or ticket.status in {*ENDS, "rejected"}):
        return ticket.status
    return seen


def _seen(complaint: Complaint, case: Case | None) -> str:
    if complaint.withdrawn_at:
        return "cancelled"
    by_case = BY_STATE.get(State(case.state)) if case else None
    if complaint.resolved_at:
        return "closed" if by_case == "closed" else "resolved"
    return by_case or "acknowledged"


def _since(complaint: Complaint, case: Case | None) -> datetime:
    return (
        complaint.withdrawn_at
        or complaint.resolved_at
        or ((case and case.accepted_at) or complaint.changed_at)
    )


def _received(complaint: Complaint) -> list[dict[str, Any]]:
    return [{"status": "acknowledged", "changeDate": written(complaint.received_at)}]


def _spot(case: Case | None) -> list[dict[str, Any]]:
    if case is None:
        return []
    return [
        {
            "id": str(case.pk),
            "href": f"{PROBLEMS}{case.pk}",
            "role": "cause",
            "@referredType": "ServiceProblem",
        }
    ]
