"""Events of complaints over the API."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from pydantic import BaseModel
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.bodies import JsonBytes, body_of
from complaints.events.folding import EventType
from complaints.events.models import ComplaintEvent
from complaints.events.sent import SentEvent
from complaints.events.transitions import TooManyEventsError, UnknownTopicError, tell
from complaints.intake.api import (
    UNKNOWN,
    StoredComplaint,
    changeable,
    complaints,
    sender_of,
    told,
)
from complaints.problems import Problem, RefusedError, named, read_as
from complaints.scoped import ScopedView


class StoredComplaintEvent(BaseModel):
    """An event that is kept, and the complaint as it stands now."""

    event_id: str
    type: EventType
    occurred_at: datetime
    received_at: datetime
    complaint: StoredComplaint


class ComplaintEventsView(ScopedView):
    scopes = {"POST": "complaints:write"}
    parser_classes = (JsonBytes,)

    @extend_schema(
        operation_id="tell_complaint_event",
        request=SentEvent,
        responses={
            201: OpenApiResponse(StoredComplaintEvent, "Kept."),
            200: OpenApiResponse(StoredComplaintEvent, "The same was told before."),
            409: OpenApiResponse(
                Problem,
                "Another event was told with this event_id before, or as many of the complaint as"
                " are kept.",
            ),
        },
    )
    def post(self, request: Request, pk: int) -> Response:
        """
        Tell what happened to a complaint: as often as you need to, in any order.

        Events count in the order of `occurred_at`. What comes late changes only what no later
        event has said. Without `complaints:read` they are of complaints that this client sent.
        """
        sender, now = sender_of(request), timezone.now()
        if not changeable(request, complaints().within(sender.walls)).filter(pk=pk).exists():
            raise Http404
        refusal = "The event cannot be taken."
        sent = read_as(SentEvent, body_of(request), refusal=refusal, context={"now": now})
        try:
            receipt = tell(complaint_id=pk, sent=sent, source=sender.source, now=now)
        except UnknownTopicError:
            wrong = named("data.topic", UNKNOWN["topic"], "unknown")
            raise RefusedError(400, "Some fields cannot be taken.", [wrong]) from None
        except TooManyEventsError:
            raise RefusedError(409, "Of this complaint no more events are kept.") from None
        if receipt.outcome == "conflict":
            wrong = named("event_id", "Was told with another body.", "differs")
            detail = "Another event was told with this event_id before."
            raise RefusedError(409, detail, [wrong])
        status = HTTPStatus.CREATED if receipt.outcome == "created" else HTTPStatus.OK
        return Response(_told(receipt.event, request), status=status)


def _told(event: ComplaintEvent, request: Request) -> dict[str, Any]:
    complaint = complaints().get(pk=event.complaint_id)
    return {
        "event_id": event.event_id,
        "type": event.type,
        "occurred_at": event.occurred_at,
        "received_at": event.received_at,
        "complaint": told(complaint, request),
    }
