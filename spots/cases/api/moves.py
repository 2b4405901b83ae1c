"""Moves of field systems over the API: the same that people make, with the same refusals."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from django.contrib.auth.models import AbstractUser
from django.db import models, transaction
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.bodies import JsonBytes, body_of
from complaints.intake.api import reads_complaints, sender_of
from complaints.intake.keyed import KEY_PARAMETER, keep_key, key_of
from complaints.problems import FieldError, Problem, RefusedError, named, read_as
from complaints.scoped import ScopedView
from spots.cases import transitions
from spots.cases.api.told import StoredSpot, cases, stored
from spots.cases.calls import CALLS
from spots.cases.catalogue import Cause
from spots.cases.late.models import LateReason
from spots.cases.models import Case
from spots.cases.transitions import BusyError, IllegalMoveError
from spots.cases.transitions.record import held_in_time
from spots.network.sent import Moment
from spots.routing.models import Team

_Code = Annotated[str, Field(pattern=r"^[-a-zA-Z0-9_]+$", max_length=50)]

MoveName = Literal[
    "accept",
    "diagnose",
    "plan",
    "wait",
    "resume",
    "fix",
    "route",
    "reopen",
    "dismiss",
    "merge",
]
# What each move takes beside a note, and what of it must be there.
_TAKES: Final[dict[str, tuple[str, ...]]] = {
    "accept": ("late_reason", "note"),
    "diagnose": ("late_reason", "note"),
    "plan": ("cause", "eta_at", "fix_kind", "late_reason", "note"),
    "wait": ("waits_for", "waits_until", "note"),
    "resume": ("note",),
    "fix": ("late_reason", "note"),
    "route": ("team", "reason", "note"),
    "reopen": ("note",),
    "dismiss": ("dismissed_for", "note"),
    "merge": ("into_id", "note"),
}
_NEEDS: Final = {
    "plan": ("cause", "eta_at"),
    "wait": ("waits_for",),
    "route": ("team",),
    "reopen": ("note",),
    "dismiss": ("dismissed_for",),
    "merge": ("into_id",),
}
_BY_CODE: Final[dict[str, Callable[[], models.QuerySet[Any]]]] = {
    "cause": lambda: Cause.objects.in_use(),
    "team": lambda: Team.objects.in_use(),
    "late_reason": lambda: LateReason.objects.in_use(),
}


EXAMPLE: JsonDict = {
    "move": "plan",
    "cause": "power",
    "eta_at": "2026-03-25T18:00:00+03:00",
    "note": "The feeder is being repaired.",
}


class SentMove(BaseModel):
    """A move, and what it needs said: see each field."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    move: MoveName
    cause: _Code | None = Field(None, description="plan: code of the cause; needed.")
    eta_at: Moment | None = Field(None, description="plan: the term; needed.")
    fix_kind: Literal["accident", "optimisation", "new_build"] | None = Field(
        None, description="plan: where it is not as the cause says."
    )
    waits_for: Literal["access", "parts", "third_party"] | None = Field(
        None, description="wait: for what; needed."
    )
    waits_until: Moment | None = Field(None, description="wait: when that is expected.")
    late_reason: _Code | None = Field(
        None,
        description="accept, diagnose, plan, fix: code of the reason; needed where the promised"
        " time has passed.",
    )
    team: _Code | None = Field(None, description="route: code of the team; needed.")
    reason: _Code | None = Field(None, description="route: why, if another team has it.")
    dismissed_for: Literal["not_network", "duplicate", "announced", "test", "other"] | None = Field(
        None, description="dismiss: why; needed. other: the note says what."
    )
    into_id: Annotated[int, Field(ge=1, lt=2**63)] | None = Field(
        None, description="merge: number of the spot that takes it in; needed."
    )
    note: Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")] | None = Field(
        None, description="In words; needed to reopen."
    )

    @model_validator(mode="after")
    def _says_what_the_move_needs(self) -> "SentMove":
        told = {name for name, value in self if value is not None and name != "move"}
        if foreign := sorted(told - {*_TAKES[self.move]}):
            text = "This move takes no {names}."
            raise PydanticCustomError("not_of_this_move", text, {"names": ", ".join(foreign)})
        if missing := sorted({*_NEEDS.get(self.move, ())} - told):
            text = "This move needs {names}."
            raise PydanticCustomError("missing", text, {"names": ", ".join(missing)})
        return self


class SpotMovesView(ScopedView):
    scopes = {"POST": "spots:move"}
    parser_classes = (JsonBytes,)

    @extend_schema(
        operation_id="move_spot",
        request=SentMove,
        parameters=[KEY_PARAMETER],
        responses={
            200: OpenApiResponse(StoredSpot, "Done: the spot as it is now."),
            409: OpenApiResponse(Problem, "Refused: the detail says why; nothing was done."),
        },
    )
    def post(self, request: Request, pk: int) -> Response:
        """
        Make a move with a spot or single case of the client's brands and regions.

        With an Idempotency-Key the same move is made once, however often it is sent.
        """
        sender, by = sender_of(request), mover_of(request)
        seen = Case.objects.within(sender.walls)
        if not seen.filter(pk=pk).exists():
            raise Http404
        move = read_as(SentMove, body_of(request), refusal="The move cannot be read.")
        key = key_of(request)
        if move.into_id is not None and not seen.filter(pk=move.into_id).exists():
            raise RefusedError(400, "Some fields cannot be taken.", [_unknown("into_id")])
        once = {"key": key, "body": b"%d %b" % (pk, body_of(request)), "source": sender.source}
        made(move, case_id=pk, by=by, now=timezone.now(), once=once)
        return Response(stored(cases().get(pk=pk), exactly=reads_complaints(request)))


def mover_of(request: Request) -> AbstractUser:
    """
    Return the member of staff, or machine's own account, that a client makes moves as.

    :raises PermissionDenied: it has none
    """
    by = sender_of(request).user
    if by is None:
        raise PermissionDenied("This client makes no moves: it has no account to make them as.")
    return by


def made(
    move: SentMove, *, case_id: int, by: AbstractUser, now: datetime, once: Mapping[str, Any]
) -> None:
    """
    Make a move, unless its key says that it was made.

    :raises RefusedError: it is refused (409), or names what does not exist (400)
    """
    said = _said(move)
    call = transitions.merge if move.move == "merge" else CALLS[move.move]
    try:
        with held_in_time(), transaction.atomic():
            if once["key"] and not keep_key(**once, now=now):
                return
            call(case_id=case_id, by=by, now=now, **said)
    except BusyError as busy:
        raise RefusedError(409, str(busy), [named("", str(busy), "busy")]) from None
    except IllegalMoveError as refusal:
        raise RefusedError(409, str(refusal), [named("move", str(refusal), "refused")]) from None


def _said(move: SentMove) -> dict[str, Any]:
    """:raises RefusedError: a code that does not exist"""
    said = {name: value for name, value in move if value is not None and name != "move"}
    for name, rows in _BY_CODE.items():
        if name in said:
            row = rows().filter(code=said[name]).first()
            if row is None:
                raise RefusedError(400, "Some fields cannot be taken.", [_unknown(name)])
            said[name] = row
    return said


def _unknown(name: str) -> FieldError:
    return named(name, "There is none such.", "unknown")
