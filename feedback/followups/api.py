"""Follow-ups over the API: the CRM calls the customers, and tells what came of it."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.bodies import JsonBytes, body_of
from complaints.cursors import Code, ListQuery, asked, listed, narrowed, page, parameters_of
from complaints.intake.api import sender_of
from complaints.intake.keyed import KEY_PARAMETER, keep_key, key_of
from complaints.problems import Problem, RefusedError, named, read_as
from complaints.scoped import ScopedView
from feedback.comments.labels import Alarm
from feedback.followups import transitions
from feedback.followups.models import FollowUp, FollowUpQuerySet
from feedback.followups.states import WAITING, Outcome, State
from spots.cases.api.moves import mover_of

EXAMPLE: Final[JsonDict] = {"result": "saved", "note": "Called, explained; she stays."}

StoredState = Literal["open", "taken", "closed"]
StoredOutcome = Literal["saved", "offer", "explained", "reopened", "not_reached"]
StoredAlarm = Literal["low_score", "leaving", "safety", "regulator", "repeated", "wrote"]


class StoredFollowUp(BaseModel):
    """An unhappy customer whom somebody talks to."""

    id: int
    brand: str
    region: str | None
    customer: str = Field(description="The CRM's id; empty: it has none.")
    spot: int | None = Field(description="null: it is about no spot.")
    alarms: list[StoredAlarm] = Field(description="What in the answer alarms.")
    state: StoredState
    owner: str = Field(description="Login of whoever has it; empty: nobody.")
    not_reached: int = Field(description="Times that the customer was not reached.")
    outcome: StoredOutcome | None
    opened_at: datetime
    due_at: datetime
    late: bool = Field(description="It was, or is, not closed in time.")
    closed_at: datetime | None
    changed_at: datetime


class FollowUpPage(BaseModel):
    results: list[StoredFollowUp]
    next: str | None = Field(description="Cursor of the page that follows; null: the last.")


class FollowUpQuery(ListQuery):
    """Which follow-ups: of the client's brands and regions, and of these."""

    brand: Code | None = None
    region: Code | None = None
    state: StoredState | Literal["waiting"] | None = Field(
        None, description="waiting: open or taken."
    )
    alarm: StoredAlarm | None = None
    spot: int | None = Field(None, ge=1, lt=2**63)

    def of(self, rows: FollowUpQuerySet) -> FollowUpQuerySet:
        """Leave those that are asked for."""
        states = WAITING if self.state == "waiting" else {self.state}
        given: dict[str, Any] = {
            "brand__code": self.brand,
            "region__code": self.region,
            "state__in": states if self.state else None,
            "alarms__contains": [self.alarm] if self.alarm else None,
            "case": self.spot,
        }
        return narrowed(rows, given)


class SentResult(BaseModel):
    """What came of a call."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    result: StoredOutcome = Field(
        description="reopened: the spot is taken up again. not_reached: counted; the third closes."
    )
    note: Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")] = Field(
        "", description="What was agreed; needed unless nobody was reached."
    )

    @model_validator(mode="after")
    def _says_what_was_agreed(self) -> "SentResult":
        if self.result != "not_reached" and not self.note.strip():
            raise PydanticCustomError("missing", "This result needs a note.")
        return self


class FollowUpsView(ScopedView):
    scopes = {"GET": "followups:read"}

    @extend_schema(
        operation_id="list_followups",
        parameters=parameters_of(FollowUpQuery),
        responses=FollowUpPage,
    )
    def get(self, request: Request) -> Response:
        """List follow-ups, those changed last at the end."""
        query = asked(FollowUpQuery, request)
        found = page(query.of(_rows(request)), query)
        return Response(listed([_told(row) for row in found.rows], found.next))


class FollowUpView(ScopedView):
    scopes = {"GET": "followups:read"}

    @extend_schema(operation_id="read_followup", responses=StoredFollowUp)
    def get(self, request: Request, pk: int) -> Response:
        """Read one follow-up of the client's brands and regions."""
        return Response(_told(_found(request, pk)))


class FollowUpResultView(ScopedView):
    scopes = {"POST": "followups:close"}
    parser_classes = (JsonBytes,)

    @extend_schema(
        operation_id="close_followup",
        request=SentResult,
        parameters=[KEY_PARAMETER],
        responses={
            200: OpenApiResponse(StoredFollowUp, "Done: the follow-up as it is now."),
            409: OpenApiResponse(Problem, "Refused: the detail says why; nothing was done."),
        },
    )
    def post(self, request: Request, pk: int) -> Response:
        """
        Tell what came of a call.

        With an Idempotency-Key the same is counted once, however often it is sent.
        """
        by, source, now = mover_of(request), sender_of(request).source, timezone.now()
        _found(request, pk)
        sent = read_as(SentResult, body_of(request), refusal="The result cannot be read.")
        key, body = key_of(request), b"followup %d %b" % (pk, body_of(request))
        try:
            with transaction.atomic():
                if not key or keep_key(key=key, body=body, source=source, now=now):
                    _call(sent)(followup_id=pk, note=sent.note, by=by, now=now)
        except transitions.RefusedError as refusal:
            errors = [named("result", str(refusal), "refused")]
            raise RefusedError(409, str(refusal), errors) from None
        return Response(_told(_found(request, pk)))


def _call(sent: SentResult) -> Callable[..., FollowUp]:
    if sent.result == "not_reached":
        return transitions.miss
    return lambda **told: transitions.close(outcome=Outcome(sent.result), **told)


def _rows(request: Request) -> FollowUpQuerySet:
    rows = FollowUp.objects.within(sender_of(request).walls)
    rows = rows.select_related("brand", "region", "customer", "owner")
    return rows.defer("region__outline")


def _found(request: Request, pk: int) -> FollowUp:
    """:raises Http404: there is none such within the client's walls"""
    row = _rows(request).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _told(row: FollowUp) -> dict[str, Any]:
    told: dict[str, Any] = {
        "state": State(row.state).value,
        "outcome": row.outcome or None,
        "alarms": [Alarm(one).value for one in row.alarms],
    }
    return StoredFollowUp(
        id=row.pk,
        brand=row.brand.code,
        region=row.region.code if row.region else None,
        customer=row.customer.told_id,
        spot=row.case_id,
        owner=row.owner.get_username() if row.owner else "",
        not_reached=row.misses,
        opened_at=row.opened_at,
        due_at=row.due_at,
        late=row.late_at is not None,
        closed_at=row.closed_at,
        changed_at=row.changed_at,
        **told,
    ).model_dump(mode="json")
