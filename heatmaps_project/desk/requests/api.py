"""Requests for service over the API: a brand's system reads them, and says how far they are."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from pydantic import BaseModel, ConfigDict, Field
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.bodies import JsonBytes, body_of
from complaints.cursors import Code, ListQuery, asked, listed, narrowed, page, parameters_of
from complaints.intake.api import sender_of
from complaints.intake.sent import LINES
from complaints.problems import Problem, RefusedError, named, read_as
from complaints.scoped import ScopedView
from heatmaps_project.desk.requests import transitions
from heatmaps_project.desk.requests.models import ServiceRequest, ServiceRequestQuerySet, State

SCOPE = "requests:handle"
StoredState = Literal["sent", "taken", "done", "refused"]


class StoredRequest(BaseModel):
    """What a customer asked for."""

    id: int
    brand: str
    kind: str = Field(description="Code of the kind, as the administrator set it up.")
    customer: str = Field(description="The CRM's id; empty: it told none.")
    words: str = Field(description="What the customer said; the customer's own words.")
    state: StoredState
    answer: str
    at: datetime
    changed_at: datetime


class RequestPage(BaseModel):
    results: list[StoredRequest]
    next: str | None = Field(description="Cursor of the page that follows; null: the last.")


class RequestQuery(ListQuery):
    """Which requests: of the client's brands, and of these."""

    brand: Code | None = None
    kind: Code | None = None
    state: StoredState | None = None


class SentState(BaseModel):
    """How far a request is."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"state": "done", "answer": "From 1 May."}]}
    )

    state: Literal["taken", "done", "refused"]
    answer: Annotated[str, Field(max_length=500, pattern=LINES)] = Field(
        "", description="For agents, who read it out."
    )


class RequestsView(ScopedView):
    scopes = {"GET": SCOPE}

    @extend_schema(
        operation_id="list_requests", parameters=parameters_of(RequestQuery), responses=RequestPage
    )
    def get(self, request: Request) -> Response:
        """List requests for service, those changed last at the end."""
        query = asked(RequestQuery, request)
        given = {"brand__code": query.brand, "kind__code": query.kind, "state": query.state}
        found = page(narrowed(_rows(request), given), query)
        return Response(listed([_told(row) for row in found.rows], found.next))


class RequestView(ScopedView):
    scopes = {"GET": SCOPE}

    @extend_schema(operation_id="read_request", responses=StoredRequest)
    def get(self, request: Request, pk: int) -> Response:
        """Read one request of the client's brands."""
        return Response(_told(_found(request, pk)))


class RequestStateView(ScopedView):
    scopes = {"POST": SCOPE}
    parser_classes = (JsonBytes,)

    @extend_schema(
        operation_id="answer_request",
        request=SentState,
        responses={
            200: OpenApiResponse(StoredRequest, "Taken: the request as it is now."),
            409: OpenApiResponse(Problem, "It has ended; nothing was changed."),
        },
    )
    def post(self, request: Request, pk: int) -> Response:
        """Say how far a request is, as often as you need to: the same again changes nothing."""
        row = _found(request, pk)
        sent = read_as(SentState, body_of(request), refusal="The state cannot be read.")
        try:
            transitions.answer(
                request_id=row.pk, state=State(sent.state), words=sent.answer, now=timezone.now()
            )
        except transitions.RefusedError as refusal:
            errors = [named("state", str(refusal), "refused")]
            raise RefusedError(409, str(refusal), errors) from None
        return Response(_told(_found(request, pk)))


def _rows(request: Request) -> ServiceRequestQuerySet:
    rows = ServiceRequest.objects.within(sender_of(request).walls)
    return rows.select_related("brand", "kind", "customer")


def _found(request: Request, pk: int) -> ServiceRequest:
    """:raises Http404: there is none such within the client's walls"""
    row = _rows(request).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _told(row: ServiceRequest) -> dict[str, Any]:
    state: Any = State(row.state).value
    return StoredRequest(
        id=row.pk,
        brand=row.brand.code,
        kind=row.kind.code,
        customer=row.customer.told_id,
        words=row.words,
        state=state,
        answer=row.answer,
        at=row.at,
        changed_at=row.changed_at,
    ).model_dump(mode="json")
