"""
Errors of the API in one shape: RFC 9457 problem details.

    {"type": "about:blank", "title": "Bad Request", "status": 400, "detail": "…",
     "instance": "/api/v1/complaints/",
     "errors": [{"field": "customer.phone", "message": "…", "code": "phone"}]}

`errors` is there where fields can be named. Values that were sent are never repeated.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any, Final, TypeVar

from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.db import InterfaceError, InternalError, OperationalError
from django.http import Http404, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from pydantic import BaseModel, Field, ValidationError
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from complaints.bodies import TooLargeError

MEDIA_TYPE: Final = "application/problem+json"
LONGEST_PATH: Final = 100  # characters of a field's path that an answer repeats
MOST_NAMED: Final = 50  # fields that an answer names
READ_ONLY: Final = "25006"  # PostgreSQL's refusal to write: another server took over from it
RETRY_AFTER: Final = 5  # seconds until a sender should try again while the database is away

_Sent = TypeVar("_Sent", bound=BaseModel)

logger = logging.getLogger(__name__)


class FieldError(BaseModel):
    """What is wrong with one field."""

    field: str = Field(description="Path of the field, such as customer.phone; empty: the body.")
    message: str
    code: str


def named(field: str, message: str, code: str) -> FieldError:
    return FieldError(field=field, message=message, code=code)


def field_errors(error: ValidationError) -> list[FieldError]:
    """Return what pydantic says of each field, without the values: they may be personal."""
    details = error.errors(include_url=False, include_context=False, include_input=False)
    return [
        FieldError(
            field=".".join(str(step) for step in one["loc"])[:LONGEST_PATH],
            message=one["msg"],
            code=one["type"],
        )
        for one in details[:MOST_NAMED]
    ]


class Problem(BaseModel):
    """An error, as RFC 9457 has it."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    instance: str = ""
    errors: list[FieldError] = Field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return self.model_dump(exclude=set() if self.errors else {"errors"})


class RefusedError(exceptions.APIException):
    """An answer of the API that names fields: `RefusedError(409, "…", [FieldError(…)])`."""

    def __init__(self, status: int, detail: str, errors: Iterable[FieldError] = ()) -> None:
        super().__init__(detail)
        self.status_code = status
        self.errors = list(errors)


def read_as(
    kind: type[_Sent],
    body: bytes,
    *,
    refusal: str,
    strict: bool = True,
    context: Mapping[str, Any] | None = None,
) -> _Sent:
    """
    Return what a JSON body says; `context` is for the kind's own validators.

    :raises RefusedError: `refusal`, naming each field that cannot be taken
    """
    try:
        return kind.model_validate_json(body, strict=strict, context=context)
    except ValidationError as error:
        raise RefusedError(400, refusal, field_errors(error)) from None


class UnavailableError(exceptions.APIException):
    status_code = HTTPStatus.SERVICE_UNAVAILABLE
    default_detail = "The database does not answer. Nothing was stored: please send it again."
    wait = RETRY_AFTER


class UnexpectedError(exceptions.APIException):
    status_code = HTTPStatus.INTERNAL_SERVER_ERROR
    default_detail = "Something went wrong here. It has been logged."


# What others raise, and what it is to a client; the first that fits counts.
_MEANING: Final[tuple[tuple[type[Exception], type[exceptions.APIException]], ...]] = (
    (Http404, exceptions.NotFound),
    (PermissionDenied, exceptions.PermissionDenied),
    (RequestDataTooBig, TooLargeError),
    (BadRequest, exceptions.ParseError),
    (SuspiciousOperation, exceptions.ParseError),
    (MultiPartParserError, exceptions.ParseError),
    (UnreadablePostError, exceptions.ParseError),
    (OperationalError, UnavailableError),
    (InterfaceError, UnavailableError),
)


def handle(error: Exception, context: Mapping[str, Any]) -> Response:
    """Answer any exception of an API view (settings.REST_FRAMEWORK)."""
    known = understood(error)
    if known.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        logger.error("%s %s", type(error).__name__, known.status_code, exc_info=error)
    answer = exception_handler(known, dict(context))
    headers = dict(answer.headers) if answer else {}
    headers.pop("Content-Type", None)
    request = context.get("request")
    problem = described(known, instance=request.path if request else "")
    return Response(
        problem.as_json(), status=problem.status, headers=headers, content_type=MEDIA_TYPE
    )


def understood(error: BaseException | None) -> exceptions.APIException:
    """Return any exception as the API's own that stands for it."""
    if isinstance(error, exceptions.APIException):
        return error
    for kind, meaning in _MEANING:
        if isinstance(error, kind):
            return meaning()
    if isinstance(error, InternalError) and getattr(error.__cause__, "sqlstate", "") == READ_ONLY:
        return UnavailableError()
    return UnexpectedError()


def described(error: exceptions.APIException, *, instance: str) -> Problem:
    status = HTTPStatus(error.status_code)
    errors = getattr(error, "errors", None)
    if errors is None and isinstance(error, exceptions.ValidationError):
        errors = list(_flattened(error.get_full_details(), path=()))
    return Problem(
        title=status.phrase,
        status=status,
        detail="Some fields cannot be taken." if _is_compound(error) else str(error.detail),
        instance=instance,
        errors=errors or [],
    )


def answer(error: BaseException | None, *, instance: str) -> JsonResponse:
    """Answer an exception outside API views, where Django calls its error handlers."""
    known = understood(error)
    problem = described(known, instance=instance)
    wait = getattr(known, "wait", None)
    return JsonResponse(
        problem.as_json(),
        status=problem.status,
        content_type=MEDIA_TYPE,
        headers={"Retry-After": str(wait)} if wait else {},
    )


def _is_compound(error: exceptions.APIException) -> bool:
    return isinstance(error.detail, dict | list)


def _flattened(details: Any, *, path: tuple[str, ...]) -> Iterator[FieldError]:
    """Yield the errors of REST framework's nested lists and dicts, each with its field's path."""
    if isinstance(details, dict) and isinstance(details.get("message"), str):
        yield FieldError(
            field=".".join(path), message=details["message"], code=str(details.get("code", ""))
        )
    elif isinstance(details, dict):
        for name, inner in details.items():
            step = () if name == "non_field_errors" else (str(name),)
            yield from _flattened(inner, path=(*path, *step))
    elif isinstance(details, list):
        for inner in details:
            yield from _flattened(inner, path=path)
