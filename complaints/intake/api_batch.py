"""Complaints over the API by the thousand: a row that is refused costs no other."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from pydantic import BaseModel, Field, RootModel
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from complaints.bodies import JsonBytes, body_of
from complaints.intake.api import UNKNOWN, describes_customers, sender_of
from complaints.intake.keyed import KEY_PARAMETER, key_of, receive_once
from complaints.intake.many import (
    NDJSON,
    NoRowsError,
    Row,
    read_array,
    read_lines,
    readable,
)
from complaints.intake.sent import SentComplaint
from complaints.intake.transitions import Receipt
from complaints.problems import FieldError, RefusedError, named


class NdjsonBytes(JsonBytes):
    """`request.data` is the body as it came: a JSON value on each line."""

    media_type = NDJSON


class SentRow(RootModel[SentComplaint | Any]):
    """A complaint. Anything else in its place is answered as `invalid`, and costs no other."""


class SentComplaints(RootModel[list[SentRow]]):
    """A JSON array of complaints, or NDJSON: one complaint a line."""


class RowResult(BaseModel):
    """What became of one row."""

    row: int = Field(description="From 0, in the order that they were sent in.")
    external_id: str | None = Field(description="null where it could not be read.")
    result: Literal["created", "exists", "conflict", "invalid"]
    id: int | None = Field(description="Of the stored complaint; null: invalid.")
    errors: list[FieldError] = Field(description="What is wrong, or differs, by field.")


class BatchResult(BaseModel):
    """What became of each row, and how many of each kind."""

    created: int
    exists: int
    conflict: int
    invalid: int
    results: list[RowResult]


class BatchView(APIView):
    required_scopes: Sequence[str] = ("complaints:write",)
    parser_classes = (JsonBytes, NdjsonBytes)

    @property
    def body_bytes(self) -> int:
        return int(settings.API_BATCH_BYTES)

    @extend_schema(
        operation_id="send_complaints",
        request={"application/json": SentComplaints, NDJSON: SentRow},
        parameters=[KEY_PARAMETER],
        responses={200: OpenApiResponse(BatchResult, "A result for each row.")},
    )
    def post(self, request: Request) -> Response:
        """
        Send up to 5,000 complaints at once, as often as you need to.

        Each row is taken or refused by itself, as if it had been sent alone.
        """
        sender, now, body = sender_of(request), timezone.now(), body_of(request)
        reads = read_lines if request.content_type.startswith(NDJSON) else read_array
        try:
            rows = reads(body, now=now)
        except NoRowsError as error:
            raise RefusedError(400, str(error), [named("", str(error), "rows")]) from None
        receipts = receive_once(
            readable(rows),
            key=key_of(request),
            body=body,
            source=sender.source,
            walls=sender.walls,
            now=now,
            describes=describes_customers(request),
        )
        return Response(_told(rows, receipts))


def _told(rows: list[Row], receipts: Sequence[Receipt]) -> dict[str, Any]:
    """Return BatchResult's fields; five thousand models would take as long as the database."""
    results = list(_results(rows, iter(receipts)))
    counts = dict.fromkeys(("created", "exists", "conflict", "invalid"), 0)
    for one in results:
        counts[one["result"]] += 1
    return {**counts, "results": results}


def _results(rows: list[Row], receipts: Iterator[Receipt]) -> Iterator[dict[str, Any]]:
    for number, row in enumerate(rows):
        if isinstance(row, SentComplaint):
            yield {"row": number, "external_id": row.external_id, **_became(next(receipts))}
        else:
            errors = [named(o.field, o.message, o.code).model_dump() for o in row.refusals]
            told = {"result": "invalid", "id": None, "errors": errors}
            yield {"row": number, "external_id": row.external_id, **told}


def _became(receipt: Receipt) -> dict[str, Any]:
    known = receipt.outcome == "conflict"
    errors = [
        named(field, "Differs.", "differs") if known else named(field, UNKNOWN[field], "unknown")
        for field in receipt.fields
    ]
    return {
        "result": receipt.outcome,
        "id": receipt.complaint_id,
        "errors": [error.model_dump() for error in errors],
    }
