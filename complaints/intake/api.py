"""Complaints over the API: send one, read one, list them."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Final, Literal, Protocol

from django.contrib.auth.models import AbstractUser
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from pydantic import BaseModel, Field, StringConstraints
from rest_framework.exceptions import PermissionDenied
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.bodies import JsonBytes, body_of
from complaints.cursors import Code, ListQuery, asked, listed, narrowed, page, parameters_of
from complaints.customers.personal import masked_email, masked_phone
from complaints.customers.walls import Walls
from complaints.geojson import GEOJSON, FeatureCollection, GeoJsonRenderer
from complaints.intake.keyed import KEY_PARAMETER, key_of, receive_once
from complaints.intake.models import Complaint, ComplaintQuerySet
from complaints.intake.sent import SentComplaint, UnreadableError, read
from complaints.intake.transitions import Receipt
from complaints.problems import Problem, RefusedError, named
from complaints.scoped import ScopedView

UNKNOWN: Final = {
    "brand": "This client sends no complaints of such a brand.",
    "topic": "There is no such topic.",
}


class Sender(Protocol):
    """What is asked of the API client behind a token."""

    source: str
    user: AbstractUser | None  # whom it makes moves as

    @property
    def walls(self) -> Walls: ...


class StoredCustomer(BaseModel):
    """
    The customer, unrecognisable to who does not know them.

    Whoever may send complaints, and may not read them, is told null for phone and e-mail.
    """

    id: str = Field(description="The CRM's own; empty: it told none.")
    phone: str | None = Field(description="Masked: +7 926 ***-**-12.")
    email: str | None = Field(description="Masked.")


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
    placing: Literal["waiting", "placed", "review", "nowhere"]
    point: StoredPoint | None
    precision: str
    region: str | None
    resolved_at: datetime | None
    withdrawn_at: datetime | None
    changed_at: datetime


class ComplaintPage(BaseModel):
    results: list[StoredComplaint]
    next: str | None = Field(description="Cursor of the page that follows; null: the last.")


class ComplaintQuery(ListQuery):
    """Which complaints: of the client's brands and regions, and of these."""

    brand: Code | None = None
    region: Code | None = None
    topic: Code | None = None
    channel: Literal["call", "text", "email", "web_form", "account", "shop", "social"] | None = None
    placing: Literal["waiting", "placed", "review", "nowhere"] | None = None
    state: Literal["open", "resolved", "withdrawn"] | None = None
    external_id: Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00]*$")] | None = (
        Field(None, description="Of a complaint that this client sent.")
    )

    def of(self, rows: ComplaintQuerySet, *, source: str) -> ComplaintQuerySet:
        """Leave those that are asked for."""
        named = {"brand__code": self.brand, "region__code": self.region, "topic__code": self.topic}
        plain = {"channel": self.channel, "placing": self.placing}
        rows = narrowed(rows, named | plain)
        if self.external_id is not None:
            rows = rows.filter(source=source, external_id=self.external_id)
        return rows.filter(**_STATES[self.state]) if self.state else rows


_STATES: Final[dict[str, dict[str, Any]]] = {
    "open": {"resolved_at": None, "withdrawn_at": None},
    "resolved": {"resolved_at__isnull": False, "withdrawn_at": None},
    "withdrawn": {"withdrawn_at__isnull": False},
}


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
            id=person.told_id, phone=masked_phone(person.phone), email=masked_email(person.email)
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
        changed_at=complaint.changed_at,
    ).model_dump(mode="json")


def told(complaint: Complaint, request: Request) -> dict[str, Any]:
    """
    Return StoredComplaint's fields as whoever sends a complaint is told them.

    A customer named by the CRM's id has contacts that the sender need not know.
    """
    row = stored(complaint)
    if row["customer"] and not reads_complaints(request):
        row["customer"] |= {"phone": None, "email": None}
    return row


def sender_of(request: Request) -> Sender:
    """
    Return the API client that the request's token belongs to.

    :raises PermissionDenied: the token belongs to none
    """
    client: Sender | None = getattr(request.auth, "application", None)
    if client is None:
        raise PermissionDenied("This token belongs to no client.")
    return client


def may(request: Request, scope: str) -> bool:
    """Whether the request's token is good for a scope beside the one that its view asks for."""
    allows: Callable[[list[str]], bool] | None = getattr(request.auth, "allow_scopes", None)
    return allows is not None and allows([scope])


def reads_complaints(request: Request) -> bool:
    """Whether a client may read where each complaint was made: it is somebody's home."""
    return may(request, "complaints:read")


def describes_customers(request: Request) -> bool:
    """
    Whether what a client tells of customers with its complaints changes those who are known.

    As a CRM does, who may read complaints, or write customers: a shop's client only adds some.
    """
    return reads_complaints(request) or may(request, "customers:write")


def changeable(request: Request, rows: ComplaintQuerySet) -> ComplaintQuerySet:
    """
    Leave the complaints that a client with `complaints:write` may change.

    They are those that it may read, as a CRM does, and for who reads none those that it has sent.
    """
    return rows if reads_complaints(request) else rows.filter(source=sender_of(request).source)


class ComplaintsView(ScopedView):
    scopes = {"GET": "complaints:read", "POST": "complaints:write"}
    parser_classes = (JsonBytes,)
    renderer_classes = (JSONRenderer, GeoJsonRenderer)
    geometry = "point"

    @extend_schema(
        operation_id="list_complaints",
        parameters=parameters_of(ComplaintQuery),
        responses={(200, "application/json"): ComplaintPage, (200, GEOJSON): FeatureCollection},
    )
    def get(self, request: Request) -> Response:
        """
        List complaints, those changed last at the end.

        To follow changes, ask again with the newest `changed_at` less a minute as
        `updated_since`: what was under way when you asked appears then.
        """
        query, sender = asked(ComplaintQuery, request), sender_of(request)
        rows = query.of(complaints().within(sender.walls), source=sender.source)
        found = page(rows, query)
        return Response(listed([stored(row) for row in found.rows], found.next))

    @extend_schema(
        operation_id="send_complaint",
        request=SentComplaint,
        parameters=[KEY_PARAMETER],
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
        body = body_of(request)
        sent = _read(body, now=now)
        [receipt] = receive_once(
            [sent],
            key=key_of(request),
            body=body,
            source=sender.source,
            walls=sender.walls,
            now=now,
            describes=describes_customers(request),
            check=check_taken,
        )
        complaint = complaints().get(source=sender.source, external_id=sent.external_id)
        status = HTTPStatus.CREATED if receipt.outcome == "created" else HTTPStatus.OK
        return Response(told(complaint, request), status=status)


class ComplaintView(ScopedView):
    scopes = {"GET": "complaints:read"}

    @extend_schema(operation_id="read_complaint", responses=StoredComplaint)
    def get(self, request: Request, pk: int) -> Response:
        """Read one complaint of the client's brands and regions."""
        complaint = complaints().within(sender_of(request).walls).filter(pk=pk).first()
        if complaint is None:
            raise Http404
        return Response(stored(complaint))


def complaints() -> ComplaintQuerySet:
    """Return complaints with everything that `stored` tells of them."""
    rows = Complaint.objects.select_related("brand", "topic", "region", "customer")
    return rows.defer("region__outline")  # thousands of corners, of which none is told


def check_taken(receipt: Receipt) -> None:
    """:raises RefusedError: the complaint was not stored, and is not stored already"""
    if receipt.complaint_id is None:
        errors = [named(field, UNKNOWN[field], "unknown") for field in receipt.fields]
        raise RefusedError(400, "Some fields cannot be taken.", errors)
    if receipt.outcome == "conflict":
        detail = "Another complaint was sent with this external_id before."
        errors = [named(field, "Differs.", "differs") for field in receipt.fields]
        raise RefusedError(409, detail, errors)


def _read(body: bytes, *, now: datetime) -> SentComplaint:
    try:
        return read(body, now=now)
    except UnreadableError as error:
        errors = [named(one.field, one.message, one.code) for one in error.refusals]
        raise RefusedError(400, "The complaint cannot be taken.", errors) from None
