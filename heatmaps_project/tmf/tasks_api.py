"""TMF656 v4's task resources: acknowledging problems, and grouping them (merge, split)."""

from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.intake.api import sender_of
from complaints.row_number import row_number
from heatmaps_project.tmf.models import ServiceProblem
from heatmaps_project.tmf.problems_api import moved
from heatmaps_project.tmf.problems_found import is_spot, the_other, the_spot
from heatmaps_project.tmf.transitions import (
    PartOfItselfError,
    TooDeepError,
    group,
    note_problem,
)
from heatmaps_project.tmf.wire import TmfView, answered, checked, needed, read, refused, written
from spots.cases import transitions
from spots.cases.api.moves import mover_of
from spots.cases.events import EventKind
from spots.cases.models import Case, Event
from spots.cases.transitions import IllegalMoveError
from spots.cases.transitions.record import held_in_time

_MOST: Final = 100  # problems of one task


class TaskView(TmfView):
    """A task is done as it is asked for; all of it or nothing."""

    scopes = {"POST": "spots:move"}
    kinds: Mapping[str, type] = {"problem": list}
    name = ""
    done = ""  # attribute that lists the problems it was done to

    def post(self, request: Request) -> Response:
        sent = checked(read(request), {**self.kinds, "@type": str})
        needed(sent, self.kinds)
        now = timezone.now()
        try:
            with held_in_time(), transaction.atomic():
                concerned = self.act(sent, request)
        except IllegalMoveError as refusal:
            raise refused(str(refusal), 409) from None
        task = f"{now.timestamp():.6f}"
        href = f"{request.path.rstrip('/')}/{task}"
        said = {"id": task, "href": href, "@type": self.name, **sent}
        return answered({**said, "status": "done", self.done: concerned, "date": written(now)}, 201)

    def act(self, sent: Mapping[str, Any], request: Request) -> list[dict[str, Any]]:
        raise NotImplementedError


def _numbers(named: list[dict[str, Any]]) -> list[str]:
    """
    Return what is named, each problem once: done again, it would be told again.

    :raises RefusedError: one has no id, or there are too many
    """
    numbers = [str(one.get("id") or "") for one in named]
    if "" in numbers or len(numbers) > _MOST:
        raise refused(f"Each problem has an id; at most {_MOST}.")
    return list({_problem(number): number for number in numbers}.values())


def _problem(number: str) -> tuple[bool, int | str]:
    """Return what tells problems apart, however their numbers are written: 7 and 007."""
    return is_spot(number), row_number(number.removeprefix("p")) or number


class AcknowledgementView(TaskView):
    name, done = "ProblemAcknowledgement", "ackProblem"
    status = "acknowledged"

    def act(self, sent: Mapping[str, Any], request: Request) -> list[dict[str, Any]]:
        for number in _numbers(sent["problem"]):
            self.each(number, request)
        return list(sent["problem"])

    def each(self, number: str, request: Request) -> None:
        walls = sender_of(request).walls
        if is_spot(number):
            self.move(the_spot(number, walls=walls), request)
            return
        problem = the_other(number, walls=walls)
        note_problem(problem=problem, told={"status": self.status}, now=timezone.now())

    def move(self, case: Case, request: Request) -> None:
        moved(case, {"status": self.status}, request)


class UnacknowledgementView(AcknowledgementView):
    name, done = "ProblemUnacknowledgement", "unackProblem"
    status = "submitted"

    def move(self, case: Case, request: Request) -> None:
        """Whoever had accepted it is asked anew."""
        if case.team is None:
            raise refused("The problem has no team yet.", 409)
        by = mover_of(request)
        transitions.route(case_id=case.pk, team=case.team, by=by, now=timezone.now())


class GroupView(TaskView):
    name, done = "ProblemGroup", "childProblem"
    kinds = {"parentProblem": dict, "childProblem": list}

    def act(self, sent: Mapping[str, Any], request: Request) -> list[dict[str, Any]]:
        [parent] = _numbers([sent["parentProblem"]])
        for number in _numbers(sent["childProblem"]):
            if is_spot(number) != is_spot(parent):
                raise refused("A spot is grouped with spots only.", 409)
            if is_spot(number):
                self.spots(number, parent, request)
            else:
                self.others(number, parent, request)
        return list(sent["childProblem"])

    def spots(self, number: str, parent: str, request: Request) -> None:
        walls, by = sender_of(request).walls, mover_of(request)
        case, into = the_spot(number, walls=walls), the_spot(parent, walls=walls)
        transitions.merge(case_id=case.pk, into_id=into.pk, by=by, now=timezone.now())

    def others(self, number: str, parent: str, request: Request) -> None:
        walls = sender_of(request).walls
        into: ServiceProblem = the_other(parent, walls=walls)
        try:
            group(child=the_other(number, walls=walls), parent=into, now=timezone.now())
        except PartOfItselfError:
            raise refused(f"{parent} is {number}, or a part of it.", 409) from None
        except TooDeepError:
            raise refused(f"{parent} is part of too many others.", 409) from None


class UngroupView(GroupView):
    name = "ProblemUngroup"

    def spots(self, number: str, parent: str, request: Request) -> None:
        """Take the merge back, as long as nobody has built on it."""
        walls, by = sender_of(request).walls, mover_of(request)
        case, into = the_spot(number, walls=walls), the_spot(parent, walls=walls)
        merges = Event.objects.filter(case=case.pk, kind=EventKind.MERGED, facts__into=into.pk)
        merge = merges.order_by("-pk").first()
        if merge is None:
            raise refused(f"{number} is no part of {parent}.", 409)
        transitions.undo_regrouping(event_id=merge.pk, by=by, now=timezone.now())

    def others(self, number: str, parent: str, request: Request) -> None:
        walls = sender_of(request).walls
        child = the_other(number, walls=walls)
        if child.parent_id != the_other(parent, walls=walls).pk:
            raise refused(f"{number} is no part of {parent}.", 409)
        group(child=child, parent=None, now=timezone.now())
