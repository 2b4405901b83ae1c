"""Pages of long lists: a cursor says after which row the next page begins."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from drf_spectacular.utils import OpenApiParameter
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic_core import PydanticCustomError
from rest_framework.request import Request

from complaints.moments import in_utc
from complaints.problems import FieldError, RefusedError, field_errors
from complaints.row_number import MOST_DIGITS

MOST_ROWS: Final = 500  # of one page
OLDEST: Final = datetime(1900, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(9000, 1, 1, tzinfo=UTC)

_Row = TypeVar("_Row", bound=Model)
_Asked = TypeVar("_Asked", bound="ListQuery")
Code = Annotated[str, StringConstraints(pattern=r"^[-a-zA-Z0-9_]+$", max_length=50)]


def _written_out(value: Any) -> Any:
    """Refuse seconds since 1970: pydantic would take them, and the description does not."""
    if isinstance(value, str) and value[4:5] != "-":
        raise PydanticCustomError("moment", "This is no moment as 2026-03-25T10:00:00Z.")
    return value


_Moment = Annotated[
    AwareDatetime,
    Field(ge=OLDEST, le=LATEST),
    AfterValidator(in_utc),
    BeforeValidator(_written_out),
]


class ListQuery(BaseModel):
    """What every list may be asked for."""

    model_config = ConfigDict(extra="forbid")

    updated_since: _Moment | None = Field(
        None, description="Only what is new or was changed at this moment or later."
    )
    limit: Annotated[int, Field(ge=1, le=MOST_ROWS)] = Field(
        100, description="Rows of a page, at most."
    )
    cursor: Annotated[str, StringConstraints(max_length=200)] | None = Field(
        None, description="`next` of the page before."
    )


_Rows = TypeVar("_Rows", bound=QuerySet[Any])


def narrowed(rows: _Rows, given: Mapping[str, Any]) -> _Rows:
    """Leave the rows that fit every condition (lookup → value) that is given; None: it is not."""
    return rows.filter(**{lookup: value for lookup, value in given.items() if value is not None})


def parameters_of(kind: type[BaseModel]) -> list[OpenApiParameter]:
    """Return what an OpenAPI document says of a list's parameters."""
    schema = kind.model_json_schema()
    needed = schema.get("required", ())
    return [
        OpenApiParameter(
            name,
            _told_once(told),
            description=told.get("description", ""),
            required=name in needed,
        )
        for name, told in schema["properties"].items()
    ]


def _told_once(told: dict[str, Any]) -> dict[str, Any]:
    """In an address nothing can be null: that is to leave it out."""
    kinds = [kind for kind in told.get("anyOf", [told]) if kind.get("type") != "null"]
    return {k: v for k, v in kinds[0].items() if k not in ("title", "description")}


@dataclass(frozen=True)
class Page(Generic[_Row]):
    rows: list[_Row]
    next: str | None  # cursor of the page that follows; None: this is the last


def asked(kind: type[_Asked], request: Request) -> _Asked:
    """
    Return what a request's parameters ask for.

    :raises RefusedError: one of them is not known, or cannot be read
    """
    told = {name: value for name, value in request.query_params.items() if name != "format"}
    try:
        return kind.model_validate(told)
    except ValidationError as error:
        raise RefusedError(400, "The question cannot be read.", field_errors(error)) from None


def page(rows: QuerySet[_Row], query: ListQuery, *, moment: str = "changed_at") -> Page[_Row]:
    """
    Return one page of rows in the order in which they were changed last.

    moment  the column that says when

    :raises RefusedError: the cursor is none of ours
    """
    if query.updated_since is not None:
        rows = rows.filter(**{f"{moment}__gte": query.updated_since})
    if query.cursor is not None:
        at, pk = _read(query.cursor)
        after = Q(**{f"{moment}__gt": at}) | Q(**{moment: at, "pk__gt": pk})
        # The first condition is what the index can be entered by.
        rows = rows.filter(**{f"{moment}__gte": at}).filter(after)
    found = list(rows.order_by(moment, "pk")[: query.limit + 1])
    if len(found) <= query.limit:
        return Page(found, None)
    last = found[query.limit - 1]
    return Page(found[: query.limit], _written(getattr(last, moment), last.pk))


def _written(at: datetime, pk: int) -> str:
    text = json.dumps([at.astimezone(UTC).isoformat(), pk])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[datetime, int]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        at, pk = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        moment = datetime.fromisoformat(at)
        if not (OLDEST <= moment <= LATEST and type(pk) is int and 0 <= pk < 10**MOST_DIGITS):
            raise ValueError
        return moment.astimezone(UTC), pk  # PostgreSQL knows no offset beyond sixteen hours
    except (ValueError, TypeError, binascii.Error, RecursionError):
        wrong = FieldError(field="cursor", message="This is no cursor of ours.", code="cursor")
        raise RefusedError(400, "The question cannot be read.", [wrong]) from None


def listed(results: Sequence[dict[str, Any]], following: str | None) -> dict[str, Any]:
    """Return a page's body."""
    return {"results": results, "next": following}
