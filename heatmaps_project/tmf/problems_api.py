"""TMF656 v4 over HTTP: service problems, and what happened to them."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.customers.models import Brand
from complaints.intake.api import may, sender_of
from complaints.row_number import row_number
from heatmaps_project.tmf.models import ServiceProblem
from heatmaps_project.tmf.opening import opened
from heatmaps_project.tmf.problems import ATTRIBUTES, KINDS, NEEDED, STATUSES
from heatmaps_project.tmf.problems_found import found, is_spot, one, the_other, the_spot
from heatmaps_project.tmf.transitions import hide_problem, note_problem, problem_of
from heatmaps_project.tmf.wire import (
    TmfView,
    answered,
    checked,
    fields_of,
    filters_of,
    moment,
    needed,
    only,
    page,
    read,
    read_change,
    refused,
    unread,
    window_of,
    written,
)
from spots.cases import transitions
from spots.cases.api.moves import mover_of
from spots.cases.late.models import LateReason
from spots.cases.models import Case, Event
from spots.cases.states import State
from spots.cases.transitions import IllegalMoveError
from spots.cases.transitions.record import held_in_time

RECORDS: Final = "/tmf-api/serviceProblemManagement/v4/serviceProblemEventRecord/"
_WHY: Final = "TMF656"
# What a status that is sent means for a spot; a move that the table of moves refuses is 409.
_MOVES: Final[dict[str, Callable[..., Any]]] = {
    "acknowledged": transitions.accept,
    "inProgress": transitions.diagnose,
    "resolved": transitions.fix,
    "closed": transitions.fix,
}
_WAITS: Final = frozenset({"held", "pending"})
_ENDS: Final = frozenset({"rejected", "cancelled"})


class ProblemsView(TmfView):
    scopes = {"GET": "spots:read", "POST": "spots:move"}

    def get(self, request: Request) -> Response:
        """List service problems."""
        offset, limit = window_of(request)
        filters = filters_of(request, ATTRIBUTES)
        rows, total = found(sender_of(request).walls, filters, offset=offset, limit=limit)
        return page(request, rows, total=total, offset=offset)

    def post(self, request: Request) -> Response:
        """
        Create a service problem: a spot, where it names complaints.

        Who may not read problems is told what it has sent, and how the problem stands.
        """
        sent = _checked(read(request))
        sent.pop("status", None)
        needed(sent, NEEDED)
        walls, now = sender_of(request).walls, timezone.now()
        with transaction.atomic():
            first = Brand.objects.within(walls).order_by("code").first()
            if first is None:
                raise refused("This client tells of problems of no brand.", 403)
            named = sent.get("troubleTicket", [])
            case = opened(named, walls=walls, by=lambda: mover_of(request), now=now)
            problem = note_problem(
                problem=ServiceProblem(
                    case=case, brand=case.brand if case else first, raised_at=now
                ),
                told=sent,
                now=now,
            )
        number = str(case.pk) if case else f"p{problem.pk}"
        body = _told(request, one(number, walls=walls), sent)
        return answered(only(body, fields_of(request)), status=201, Location=body["href"])


class ProblemView(TmfView):
    scopes = {"GET": "spots:read", "PATCH": "spots:move", "DELETE": "spots:move"}

    def get(self, request: Request, pk: str) -> Response:
        """Read a service problem."""
        body = one(pk, walls=sender_of(request).walls)
        return answered(only(body, fields_of(request)))

    def patch(self, request: Request, pk: str) -> Response:
        """
        Change what is sent of a problem; null takes away; a status is a move of its spot.

        Who may not read problems is told what it has sent, and how the problem stands.
        """
        changed, gone = read_change(request, KINDS, needed=NEEDED)
        sent, walls = _checked(changed), sender_of(request).walls
        needed(sent, sent.keys() & {*NEEDED})
        if sent.get("status", "submitted") not in STATUSES:
            raise refused("There is no such status.")
        with transaction.atomic():
            note_problem(problem=_row(pk, request), told=sent, gone=gone, now=timezone.now())
            if is_spot(pk) and "status" in sent:
                moved(the_spot(pk, walls=walls), sent, request)
        body = _told(request, one(pk, walls=walls), sent)
        return answered(only(body, fields_of(request)))

    def delete(self, request: Request, pk: str) -> Response:
        """Dismiss the problem, and show it no more."""
        with transaction.atomic():
            problem = _row(pk, request)
            if problem.case is not None:
                moved(problem.case, {"status": "cancelled"}, request)
            hide_problem(problem=problem, now=timezone.now())
        return Response(status=204)


class EventRecordsView(TmfView):
    scopes = {"GET": "spots:read"}

    def get(self, request: Request) -> Response:
        """List what happened to the spots, the newest first."""
        offset, limit = window_of(request)
        rows = _records(request)
        for name, value in filters_of(request, _RECORDS).items():
            rows = rows.filter(_RECORDS[name](value))
        shown = [_record(event) for event in rows[offset : offset + limit]]
        return page(request, shown, total=rows.count(), offset=offset)


class EventRecordView(TmfView):
    scopes = {"GET": "spots:read"}

    def get(self, request: Request, pk: str) -> Response:
        """Read one thing that happened to a spot."""
        event = _records(request).filter(pk=row_number(pk) or 0).first()
        if event is None:
            raise Http404
        return answered(only(_record(event), fields_of(request)))


# What event records are found by, and how.
_RECORDS: Final[dict[str, Callable[[str], Q]]] = {
    "id": lambda value: Q(pk=row_number(value) or 0),
    "eventTime": lambda value: Q(at=moment("eventTime", value)),
    "recordTime": lambda value: Q(at=moment("recordTime", value)),
    "eventType": lambda value: Q(kind=value),
    "notification": lambda value: Q(became=value) | Q(became="", kind=value),
}


def _records(request: Request) -> QuerySet[Event]:
    seen = Case.objects.spots().within(sender_of(request).walls)
    return Event.objects.filter(case__in=seen).order_by("-pk")


def _record(event: Event) -> dict[str, Any]:
    number = str(event.case_id)
    return {
        "id": str(event.pk),
        "href": f"{RECORDS}{event.pk}",
        "eventTime": written(event.at),
        "recordTime": written(event.at),
        "eventType": event.kind,
        "notification": event.became or event.kind,
        "serviceProblem": {"id": number, "@referredType": "ServiceProblem"},
        "@type": "ServiceProblemEventRecord",
    }


def _checked(body: Mapping[str, Any]) -> dict[str, Any]:
    sent = checked(body, KINDS)
    if not 1 <= sent.get("priority", 1) <= 10:
        raise refused("priority is a number from 1, the highest, to 10.")
    if len(sent.get("category", "")) > 100:
        raise refused("category: at most 100 letters.")
    return sent


def _told(request: Request, body: dict[str, Any], sent: Mapping[str, Any]) -> dict[str, Any]:
    """Return a problem as whoever sends or changes it is told it."""
    return body if may(request, "spots:read") else unread(body, sent)


def _row(pk: str, request: Request) -> ServiceProblem:
    """Return what TMF656 said of a problem, a new row where it said nothing of a spot yet."""
    walls = sender_of(request).walls
    if not is_spot(pk):
        rows = ServiceProblem.objects.select_for_update()
        return rows.get(pk=the_other(pk, walls=walls).pk)
    return problem_of(the_spot(pk, walls=walls), now=timezone.now())


def _reason(sent: Mapping[str, Any]) -> LateReason | None:
    """Return the reason for being late whose code is sent as why the status changes, if it is."""
    code = str(sent.get("statusChangeReason", ""))
    return LateReason.objects.in_use().filter(code=code).first() if code else None


def moved(case: Case, sent: Mapping[str, Any], request: Request) -> None:
    """
    Make the move that a status means for a spot; none, where it has it already.

    :raises RefusedError: the move is refused (409)
    """
    status, note = sent["status"], sent.get("statusChangeReason", "") or _WHY
    told: dict[str, Any] = {"case_id": case.pk, "by": mover_of(request), "now": timezone.now()}
    try:
        with held_in_time():
            if status in _ENDS and case.state != State.DISMISSED:
                transitions.dismiss(dismissed_for="other", note=note, **told)
            elif status in _WAITS and case.state != State.WAITING:
                transitions.wait(waits_for="third_party", note=note, **told)
            elif status in _MOVES:
                _MOVES[status](late_reason=_reason(sent), note=note, **told)
    except IllegalMoveError as refusal:
        raise refused(str(refusal), 409) from None
