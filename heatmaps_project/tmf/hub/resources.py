"""Tickets and problems as a hub tells of them: which have changed, and what each is now."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import FilteredRelation, OuterRef, Q, QuerySet, Subquery

from complaints.intake.models import Complaint, Placing
from heatmaps_project.tmf import problems, tickets
from heatmaps_project.tmf.hub.changes import Change
from heatmaps_project.tmf.models import ServiceProblem, TroubleTicket
from heatmaps_project.webhooks.events import EventType
from heatmaps_project.webhooks.models import Face
from spots.cases.models import Case, Event, Membership

# By number, of what has changed: a text that differs as soon as something shown differs.
Versions = Mapping[str, str]
_IN_MEMORY: Final = 100  # rows at once: each may hold another system's words, in long


@dataclass(frozen=True)
class Known:
    """A ticket or a problem as it is now."""

    number: str
    body: Mapping[str, Any]
    brand_id: int
    region_id: int | None
    made_at: datetime
    status_at: datetime
    asks: bool
    gone: bool


@dataclass(frozen=True)
class Resource:
    """One kind of thing that listeners of a face are told of."""

    face: Face
    name: str  # in an event
    scope: str  # of those who may read it
    attributes: frozenset[str]
    types: Mapping[Change, EventType]
    changed: Callable[[datetime], Versions]  # those changed after a moment
    read: Callable[[Collection[str]], Iterator[Known]]

    def event_name(self, change: Change) -> str:
        """Return how TM Forum calls an event: TMF656 says "state" where TMF621 says "status"."""
        end = change.value.replace("Status", "State") if self.face == Face.PROBLEMS else change
        return f"{self.name[:1].upper()}{self.name[1:]}{end}"


def _changed_tickets(since: datetime) -> Versions:
    cases = Case.objects.filter(changed_at__gt=since)
    moved = Event.objects.filter(case__in=cases, at__gt=since).values("case")
    came_or_went = Membership.objects.filter(Q(since__gt=since) | Q(until__gt=since))
    ids = (
        Complaint.objects.filter(changed_at__gt=since)
        .values("pk")
        .union(
            TroubleTicket.objects.filter(changed_at__gt=since).values("complaint"),
            Membership.objects.current().filter(case__in=moved).values("complaint"),
            came_or_went.filter(case__in=cases).values("complaint"),
        )
    )
    rows = Complaint.objects.filter(pk__in=ids).annotate(
        member=FilteredRelation("memberships", condition=Q(memberships__until=None))
    )
    case = (f"member__case__{name}" for name in ("pk", "state", "eta_at", "band"))
    return _versions(rows.values_list("pk", "changed_at", "ticket__changed_at", *case))


def _read_tickets(numbers: Collection[str]) -> Iterator[Known]:
    rows = tickets.all_tickets().filter(pk__in=[int(one) for one in numbers])
    for row in rows.order_by("pk").iterator(_IN_MEMORY):
        body = tickets.told(row)
        yield Known(
            number=str(row.pk),
            body=body,
            brand_id=row.brand_id,
            region_id=row.region_id,
            made_at=row.received_at,
            status_at=datetime.fromisoformat(body["statusChangeDate"]),
            asks=row.placing == Placing.REVIEW and row.withdrawn_at is None,
            gone=tickets.ticket_of(row).hidden_at is not None,
        )


def _changed_problems(since: datetime) -> Versions:
    told = ServiceProblem.objects.filter(changed_at__gt=since)
    ids = (
        Case.objects.filter(changed_at__gt=since)
        .values("pk")
        .union(told.filter(case__isnull=False).values("case"))
    )
    spots = Case.objects.spots().filter(pk__in=ids)
    others = told.filter(case=None).values_list("pk", "changed_at")
    return {
        **_versions(spots.values_list("pk", "changed_at", "problem__changed_at")),
        **{f"p{number}": version for number, version in _versions(others).items()},
    }


def _read_problems(numbers: Collection[str]) -> Iterator[Known]:
    moves = Event.objects.filter(case=OuterRef("pk")).exclude(became="").order_by("-pk")
    rows = problems.all_spots().annotate(moved_at=Subquery(moves.values("at")[:1]))
    ids = [int(one) for one in numbers if one.isdecimal()]
    for case in rows.filter(pk__in=ids).order_by("pk").iterator(_IN_MEMORY):
        problem = getattr(case, "problem", None)
        yield Known(
            number=str(case.pk),
            body=problems.told_spot(case),
            brand_id=case.brand_id,
            region_id=case.region_id,
            made_at=case.opened_at,
            status_at=getattr(case, "moved_at", None) or case.opened_at,
            asks=False,
            gone=problem is not None and problem.hidden_at is not None,
        )
    others = [int(one[1:]) for one in numbers if one.startswith("p")]
    told = ServiceProblem.objects.filter(case=None, pk__in=others).order_by("pk")
    for row in told.iterator(_IN_MEMORY):
        yield Known(
            number=f"p{row.pk}",
            body=problems.told_other(row),
            brand_id=row.brand_id,
            region_id=None,
            made_at=row.raised_at,
            status_at=row.status_at or row.raised_at,
            asks=False,
            gone=row.hidden_at is not None,
        )


def _versions(rows: QuerySet[Any, tuple[Any, ...]]) -> Versions:
    return {str(pk): "|".join(map(str, shown)) for pk, *shown in rows}


RESOURCES: Final = {
    Face.TICKETS: Resource(
        face=Face.TICKETS,
        name="troubleTicket",
        scope="complaints:read",
        attributes=tickets.ATTRIBUTES,
        types={
            Change.CREATED: EventType.TICKET_CREATED,
            Change.CHANGED: EventType.TICKET_CHANGED,
            Change.STATUS: EventType.TICKET_STATUS,
            Change.RESOLVED: EventType.TICKET_RESOLVED,
            Change.INFORMATION: EventType.TICKET_INFORMATION,
            Change.DELETED: EventType.TICKET_DELETED,
        },
        changed=_changed_tickets,
        read=_read_tickets,
    ),
    Face.PROBLEMS: Resource(
        face=Face.PROBLEMS,
        name="serviceProblem",
        scope="spots:read",
        attributes=problems.ATTRIBUTES,
        types={
            Change.CREATED: EventType.PROBLEM_CREATED,
            Change.CHANGED: EventType.PROBLEM_CHANGED,
            Change.STATUS: EventType.PROBLEM_STATUS,
            Change.DELETED: EventType.PROBLEM_DELETED,
        },
        changed=_changed_problems,
        read=_read_problems,
    ),
}
