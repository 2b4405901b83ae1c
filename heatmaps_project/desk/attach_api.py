"""Attaching over the API: a caller's complaint goes into a spot, however often it is sent."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from complaints.bodies import JsonBytes, body_of
from complaints.intake.api import describes_customers
from complaints.intake.models import Complaint
from complaints.intake.sent import SentComplaint
from complaints.intake.transitions import receive
from complaints.problems import Problem, RefusedError, named, read_as
from heatmaps_project.desk import transitions
from heatmaps_project.desk.acting import NotDoneError, attached
from heatmaps_project.desk.api import asker_of
from heatmaps_project.desk.asking import Asker
from heatmaps_project.desk.models import Lookup, Outcome
from heatmaps_project.desk.telling import telling
from spots.cases.models import Case
from spots.cases.transitions import IllegalMoveError

EXAMPLE: JsonDict = {
    "spot": 17,
    "lookup": "3f0b6c1e-8f43-4a64-9f52-2b1d1f1f9f10",
    "complaint": {
        "external_id": "call-2026-03-25-0042",
        "brand": "demo",
        "customer": {"phone": "+79261234512"},
        "topic": "no_signal",
        "channel": "call",
        "text": "Нет связи дома с утра",
        "address": "Мытищи, ул. Полевая, 5",
        "occurred_at": "2026-03-25T10:00:00Z",
        "tell": True,
    },
}


class AttachRequest(BaseModel):
    """The caller's complaint, new or sent before with the same body, and the spot it belongs to."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    spot: Annotated[int, Field(ge=1, lt=2**63)]
    complaint: SentComplaint
    lookup: UUID | None = Field(None, description="The lookup that this came of.")
    agent: Annotated[str, Field(max_length=100, pattern=r"^[^\x00]*$")] = Field(
        "", description="Who attaches, as the CRM calls them."
    )


class Told(BaseModel):
    """Who will be told, when and how."""

    channel: str = Field(description="SMS or e-mail; empty: nobody is written to.")
    to: str = Field(description="Masked.")
    of: list[str]
    quiet_hours: str = Field(description='By the customer\'s clock, "21-09"; empty: none.')


class AttachAnswer(BaseModel):
    complaint: int
    spot: int = Field(description="The one asked for, or the one that it was merged into.")
    told: Told


class AttachView(APIView):
    required_scopes: Sequence[str] = ("lookup:read", "complaints:write")
    parser_classes = (JsonBytes,)

    @extend_schema(
        operation_id="attach",
        request=AttachRequest,
        responses={
            201: OpenApiResponse(AttachAnswer, "The complaint is stored and in the spot."),
            200: OpenApiResponse(AttachAnswer, "It was stored before, and is in the spot."),
            409: OpenApiResponse(
                Problem, "The spot takes it no more, or another body was sent with this id."
            ),
        },
    )
    def post(self, request: Request) -> Response:
        """
        Attach a caller to a spot. Counts as not passed on.

        Send it again until an answer came: the complaint is stored once, by its `external_id`.
        """
        now = timezone.now()
        refusal = "This cannot be attached."
        sent = read_as(AttachRequest, body_of(request), refusal=refusal, context={"now": now})
        asker, describes = asker_of(request, agent=sent.agent), describes_customers(request)
        with transaction.atomic():
            complaint_id, created, case = _attach(sent, asker, describes=describes, now=now)
        complaint = Complaint.objects.select_related("customer").get(pk=complaint_id)
        plan = telling(complaint.customer, case, tell=complaint.tell)
        told = Told(channel=plan.channel, to=plan.to, of=list(plan.of), quiet_hours=plan.quiet)
        answer = AttachAnswer(complaint=complaint.pk, spot=case.pk, told=told)
        status = HTTPStatus.CREATED if created else HTTPStatus.OK
        return Response(answer.model_dump(mode="json"), status=status)


def _attach(
    sent: AttachRequest, asker: Asker, *, describes: bool, now: datetime
) -> tuple[int, bool, Case]:
    assert asker.client is not None
    [receipt] = receive(
        [sent.complaint],
        source=asker.client.source,
        now=now,
        walls=asker.walls,
        describes=describes,
    )
    if receipt.complaint_id is None:
        errors = [named(f"complaint.{field}", "Unknown.", "unknown") for field in receipt.fields]
        raise RefusedError(400, "Some fields cannot be taken.", errors)
    if receipt.outcome == "conflict":
        errors = [named(f"complaint.{field}", "Differs.", "differs") for field in receipt.fields]
        raise RefusedError(409, "Another complaint was sent with this external_id before.", errors)
    try:
        case = attached(
            receipt.complaint_id, spot_id=sent.spot, walls=asker.walls, asker=asker, now=now
        )
    except NotDoneError:
        missing = named("spot", "There is no such spot.", "unknown")
        raise RefusedError(404, "There is no such spot.", [missing]) from None
    except IllegalMoveError as refusal:
        raise RefusedError(409, str(refusal), [named("spot", str(refusal), "refused")]) from None
    _conclude(sent, asker, receipt.complaint_id, case, now=now)
    return receipt.complaint_id, receipt.outcome == "created", case


def _conclude(
    sent: AttachRequest, asker: Asker, complaint_id: int, case: Case, *, now: datetime
) -> None:
    """Say what the lookup resulted in, if it was this client's and has no such outcome yet."""
    if sent.lookup is None:
        return
    lookup = Lookup.objects.filter(client=asker.client, key=sent.lookup).first()
    if lookup is None:
        raise RefusedError(
            404, "There is no such lookup.", [named("lookup", "Unknown.", "unknown")]
        )
    if transitions.locked(lookup.pk) is None:
        transitions.conclude(
            lookup_id=lookup.pk,
            outcome=Outcome.ATTACHED,
            complaint_id=complaint_id,
            case_id=case.pk,
            channel=sent.complaint.channel,
            tell=sent.complaint.tell,
            now=now,
        )
