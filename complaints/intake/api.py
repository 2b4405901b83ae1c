"""Complaints over the API: send one, read one."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final, Literal, Protocol

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from pydantic import BaseModel, Field
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from complaints.bodies import JsonBytes, body_of
from complaints.customers.personal import masked_email, masked_phone
from complaints.customers.walls import Walls
from complaints.intake.models import Complaint, ComplaintQuerySet
from complaints.intake.sent import SentComplaint, UnreadableError, read
from complaints.intake.transitions import receive
from complaints.problems import FieldError, Problem, RefusedError

_UNKNOWN: Final = {
    "brand": "This client sends no complaints of such a brand.",
    "topic": "There is no such topic.",
}


class Sender(Protocol):
    """What is asked of the API client behind a token."""

    source: str

    @property
    def walls(self) -> Walls: ...


class StoredCustomer(BaseModel):
    """The customer, unrecognisable to who does not know them."""

    id: str
    phone: str = Field(description="Masked: +7 926 ***-**-12.")
    email: str = Field(description="Masked.")


class StoredPoint(BaseModel):
    lon: float
    lat: float


class StoredComplaint(BaseModel):
    """A complaint as we have it. What the customer said and where they live is not repeated."""

    id: int
    external_id: str
    brand: str
    topic: str
    channel: str
    customer: StoredCustomer | None
    occurred_at: datetime
    received_at: datetime
    placing: Literal["waiting", "placed", "review"]
    point: StoredPoint | None
    precision: str
    region: str | None
    resolved_at: datetime | None
    withdrawn_at: datetime | None


def stored(complaint: Complaint) -> dict[str, Any]:
    """Return StoredComplaint's fields, ready for JSON."""
    person, point = complaint.customer, complaint.point
    return StoredComplaint(
        id=complaint.pk,
        external_id=complaint.external_id,
        brand=complaint.brand.code,
        topic=complaint.topic.code,
        channel=complaint.channel,
        customer=StoredCustomer(
            id=person.crm_id, phone=masked_phone(person.phone), email=masked_email(person.email)
        )
        if person
        else None,
        occurred_at=complaint.occurred_at,
        received_at=complaint.received_at,
        placing=complaint.placing,
        point=StoredPoint(lon=point.x, lat=point.y) if point else None,
        precision=complaint.precision,
        region=complaint.region.code if complaint.region else None,
        resolved_at=complaint.resolved_at,
        withdrawn_at=complaint.withdrawn_at,
    ).model_dump(mode="json")


def sender_of(request: Request) -> Sender:
    """
    Return the API client that the request's token belongs to.

    :raises PermissionDenied: the token belongs to none
    """
    client: Sender | None = getattr(request.auth, "application", None)
    if client is None:
        raise PermissionDenied("This token belongs to no client.")
    return client


class ComplaintsView(APIView):
    required_scopes: Sequence[str] = ("complaints:write",)
    parser_classes = (JsonBytes,)

    @extend_schema(
        operation_id="send_complaint",
        request=SentComplaint,
        responses={
            201: OpenApiResponse(StoredComplaint, "Stored."),
            200: OpenApiResponse(StoredComplaint, "The same was sent before: nothing changed."),
            409: OpenApiResponse(Problem, "Another body was sent with this external_id before."),
        },
    )
    def post(self, request: Request) -> Response:
        """
        Send one complaint, as often as you need to.

        Until an answer came, send it again with the same `external_id`: it is stored once.
        """
        sender, now = sender_of(request), timezone.now()
        sent = _read(body_of(request), now=now)
        [receipt] = receive([sent], source=sender.source, now=now, walls=sender.walls)
        if receipt.complaint_id is None:
            errors = [_named(field, _UNKNOWN[field], "unknown") for field in receipt.fields]
            raise RefusedError(400, "Some fields cannot be taken.", errors)
        if receipt.outcome == "conflict":
            detail = "Another complaint was sent with this external_id before."
            errors = [_named(field, "Differs.", "differs") for field in receipt.fields]
            raise RefusedError(409, detail, errors)
        complaint = _complaints().get(pk=receipt.complaint_id)
        status = HTTPStatus.CREATED if receipt.outcome == "created" else HTTPStatus.OK
        return Response(stored(complaint), status=status)


class ComplaintView(APIView):
    required_scopes: Sequence[str] = ("complaints:read",)

    @extend_schema(operation_id="read_complaint", responses=StoredComplaint)
    def get(self, request: Request, pk: int) -> Response:
        """Read one complaint of the client's brands and regions."""
        complaint = _complaints().within(sender_of(request).walls).filter(pk=pk).first()
        if complaint is None:
            raise Http404
        return Response(stored(complaint))


def _complaints() -> ComplaintQuerySet:
    rows = Complaint.objects.select_related("brand", "topic", "region", "customer")
    return rows.defer("region__outline")  # thousands of corners, of which none is told


def _read(body: bytes, *, now: datetime) -> SentComplaint:
    try:
        return read(body, now=now)
    except UnreadableError as error:
        errors = [_named(one.field, one.message, one.code) for one in error.refusals]
        raise RefusedError(400, "The complaint cannot be taken.", errors) from None


def _named(field: str, message: str, code: str) -> FieldError:
    return FieldError(field=field, message=message, code=code)
