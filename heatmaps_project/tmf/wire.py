"""TM Forum's way to write over HTTP: errors, types of attributes, `fields`, pages (TMF630)."""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest
from rest_framework import exceptions
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import exception_handler

from complaints.bodies import JsonBytes, body_of, read_json
from complaints.intake.sent import LINES
from complaints.problems import RefusedError, understood
from complaints.row_number import row_number
from complaints.scoped import ScopedView

MEDIA_TYPE: Final = "application/json;charset=utf-8"
MOST_ROWS: Final = 500  # of one page
ROWS: Final = 100  # of a page for who does not say
# Of a page, as JSON: a row may hold a quarter of a megabyte of another system's words, and read
# they take twenty times as much memory. The row that goes over it begins the next page.
MOST_BYTES: Final = 2 * 1024 * 1024
LONGEST: Final = 5000  # letters of one text
_ITS_OWN: Final = frozenset({"id", "href", "status", "statusChangeDate", "lastUpdate", "@type"})
_CAN_BE_SHOWN: Final = re.compile(LINES)
_ASKS: Final = frozenset({"fields", "offset", "limit"})


class MergePatch(JsonBytes):
    media_type = "application/merge-patch+json"


def handle(error: Exception, context: Mapping[str, Any]) -> Response:
    """Answer any exception as TMF630 does: code and reason, both text."""
    known = understood(error)
    answer = exception_handler(known, dict(context))
    headers = dict(answer.headers) if answer else {}
    headers.pop("Content-Type", None)
    return Response(
        error_body(known), status=known.status_code, headers=headers, content_type=MEDIA_TYPE
    )


def error_body(known: exceptions.APIException) -> dict[str, Any]:
    detail = str(known.detail)
    errors = getattr(known, "errors", ())
    named = "; ".join(f"{one.field}: {one.message}" for one in errors)
    return {
        "code": str(known.status_code),
        "reason": HTTPStatus(known.status_code).phrase,
        "message": f"{detail} {named}".strip(),
        "status": str(known.status_code),
        "@type": "Error",
    }


class TmfView(ScopedView):
    """Reads JSON, answers JSON, and says what is wrong as TM Forum does."""

    parser_classes: tuple[type[BaseParser], ...] = (JsonBytes, MergePatch)
    renderer_classes = (JSONRenderer,)

    def get_exception_handler(self) -> Any:
        return handle


def answered(body: Any, status: int = 200, **headers: str) -> Response:
    return Response(body, status=status, content_type=MEDIA_TYPE, headers=headers)


def refused(message: str, status: int = 400) -> RefusedError:
    return RefusedError(status, message)


def read(request: Request) -> dict[str, Any]:
    """
    Return the attributes that a body tells; null is not told.

    :raises RefusedError: it is no JSON object
    """
    return _told(_object(request))


def read_change(
    request: Request, kinds: Collection[str], *, needed: Collection[str]
) -> tuple[dict[str, Any], set[str]]:
    """
    Return the attributes that a change tells, and those of these kinds that it takes away: null,
    as a merge patch writes it (RFC 7396).

    :raises RefusedError: it is no JSON object, or takes away what is needed
    """
    body = _object(request)
    gone = {name for name, told in body.items() if told is None and name in kinds}
    if missing := sorted(gone & {*needed}):
        raise refused(f"Missing: {', '.join(missing)}.")
    return _told(body), gone


def _told(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: told for name, told in body.items() if told is not None}


def _object(request: Request) -> dict[str, Any]:
    try:
        value = read_json(body_of(request))
    except ValueError:
        raise refused("The body is not JSON.") from None
    if not isinstance(value, dict):
        raise refused("The body is no JSON object.")
    return value


def checked(told: Mapping[str, Any], kinds: Mapping[str, type]) -> dict[str, Any]:
    """
    Return what is told of the attributes in `kinds`; others are ignored.

    :raises RefusedError: one has another type of JSON, is too long, or cannot be stored
    """
    kept = {name: told[name] for name in kinds if name in told}
    for name, value in kept.items():
        kind = kinds[name]
        if kind is datetime:
            moment(name, value)
        elif not isinstance(value, kind) or isinstance(value, bool):
            raise refused(f"{name} is of another type.")
        if isinstance(value, str) and (len(value) > LONGEST or not _CAN_BE_SHOWN.match(value)):
            raise refused(f"{name} is too long, or cannot be read.")
        if isinstance(value, list) and not all(isinstance(item, dict) for item in value):
            raise refused(f"{name} is no list of objects.")
    return kept


def needed(told: Mapping[str, Any], names: Iterable[str]) -> None:
    """:raises RefusedError: one of these is missing, or empty"""
    missing = [name for name in names if _is_nothing(told.get(name))]
    if missing:
        raise refused(f"Missing: {', '.join(missing)}.")


def _is_nothing(value: Any) -> bool:
    return value in (None, {}, []) or (isinstance(value, str) and not value.strip())


def moment(name: str, value: Any) -> datetime:
    """:raises RefusedError: it is no ISO 8601 moment"""
    try:
        return _instant(value)
    except (TypeError, ValueError, OverflowError):
        raise refused(f"{name} is no date and time.") from None


def _instant(value: str) -> datetime:
    at = datetime.fromisoformat(value)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


def written(at: datetime | None) -> str | None:
    """Return a moment as every answer writes it, to be compared letter by letter."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None


def without_nothing(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if value not in (None, "", [], {})}


def fields_of(request: Request) -> frozenset[str] | None:
    """Return the attributes that `fields` asks for, None: all of them."""
    asked = request.query_params.get("fields", "")
    return frozenset(name.strip() for name in asked.split(",") if name.strip()) or None


def only(body: dict[str, Any], fields: Collection[str] | None) -> dict[str, Any]:
    return body if fields is None else {k: v for k, v in body.items() if k in fields}


def filters_of(request: Request, known: Collection[str]) -> dict[str, str]:
    """:raises RefusedError: a filter by what is no attribute"""
    asked = request.query_params.dict()
    filters = {name: str(value) for name, value in asked.items() if name not in _ASKS}
    if unknown := sorted(set(filters) - set(known)):
        raise refused(f"No attribute to filter by: {', '.join(unknown)[:200]}.")
    if any("\x00" in value for value in filters.values()):
        raise refused("A filter cannot be read.")
    return filters


def matches(body: Mapping[str, Any], filters: Mapping[str, str]) -> bool:
    """Whether an answer's attributes equal what is asked for, written as text; times as times."""
    return all(_equal(body.get(name), value) for name, value in filters.items())


def window(
    bodies: Iterable[Mapping[str, Any]], filters: Mapping[str, str], *, offset: int, limit: int
) -> tuple[list[Any], int]:
    """Return a window of the answers that filters leave, and how many these are; keep no others."""
    shown, count = Shown(), 0
    for body in bodies:
        if matches(body, filters):
            count += 1
            if offset < count <= offset + limit:
                shown.take(body)
    return shown.bodies, count


def unread(body: dict[str, Any], sent: Mapping[str, Any]) -> dict[str, Any]:
    """Return a ticket or problem as it is told who changes it, and may read none: how it stands."""
    return {**sent, **only(body, _ITS_OWN)}


class Shown:
    """The answers of a page, as many as come to MOST_BYTES, and one at least."""

    def __init__(self) -> None:
        self.bodies: list[Any] = []
        self._left = MOST_BYTES

    def take(self, body: Mapping[str, Any]) -> bool:
        """Show one more; False: there is no room for it, nor for any that follows."""
        self._left -= len(json.dumps(body, ensure_ascii=False, default=str).encode())
        if self._left < 0 and self.bodies:
            return False
        self.bodies.append(body)
        return True


def fitting(bodies: Iterable[Mapping[str, Any]]) -> list[Any]:
    """Return the first answers, as many as a page has room for."""
    shown = Shown()
    for body in bodies:
        if not shown.take(body):
            break
    return shown.bodies


def _equal(told: Any, asked: str) -> bool:
    if told is None or str(told) == asked:
        return told is not None
    try:
        return _instant(told) == _instant(asked)
    except (TypeError, ValueError, OverflowError):
        return False


def window_of(request: Request) -> tuple[int, int]:
    """
    Return offset and limit.

    :raises RefusedError: one of them is no number
    """
    offset = row_number(request.query_params.get("offset", "0"))
    limit = row_number(request.query_params.get("limit", str(ROWS)))
    if offset is None or limit is None or offset > 10**6:
        raise refused("offset and limit are numbers.")
    return offset, min(limit, MOST_ROWS)


def page(request: Request, found: list[dict[str, Any]], *, total: int, offset: int) -> Response:
    """Answer a page: 206 where there are more rows than it shows."""
    fields = fields_of(request)
    headers = {"X-Total-Count": str(total), "X-Result-Count": str(len(found))}
    if links := _links(request, offset=offset, shown=len(found), total=total):
        headers["Link"] = links
    status = HTTPStatus.PARTIAL_CONTENT if 0 < len(found) < total else HTTPStatus.OK
    response = answered([only(body, fields) for body in found], status=status)
    for name, value in headers.items():
        response[name] = value
    return response


def _links(request: HttpRequest | Request, *, offset: int, shown: int, total: int) -> str:
    query = request.GET.copy()
    links = []
    for rel, at in (("next", offset + shown), ("first", 0)):
        if (rel == "next" and shown and at < total) or (rel == "first" and offset):
            query["offset"] = str(at)
            links.append(f'<{request.path}?{query.urlencode()}>; rel="{rel}"')
    return ", ".join(links)
