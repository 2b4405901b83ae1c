"""Who is to be told of a stage, who stands in for them, and from when on they may be told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AbstractUser

from spots.cases.models import Case
from spots.escalation.models import Receiver, Rung
from spots.routing.models import Absence, Duty, Team

_MOMENT = timedelta(microseconds=1)
_A_MOMENT = 1 / 60_000_000  # the same, in minutes


def receivers_of(rung: Rung, case: Case) -> list[AbstractUser]:
    """
    Return the active people whom a rung means, who are let in to the case.

    A case without an engineer is its lead's; a team without a lead is everybody's of it.
    """
    match rung.receiver:
        case Receiver.PERSON:
            people: Iterable[Any] = [rung.person]
        case Receiver.TEAM:
            people = _members(rung.team)
        case Receiver.MEMBERS:
            people = _members(case.team)
        case Receiver.ENGINEER if case.engineer:
            people = [case.engineer]
        case _:
            lead = case.team.lead if case.team else None
            people = [lead] if lead else _members(case.team)
    return [one for one in people if may_be_told(one, case)]


def _members(team: Team | None) -> Iterable[Any]:
    return team.members.order_by("pk") if team else ()


def may_be_told(user: Any, case: Case) -> bool:
    """Say whether somebody still works here, and is let in to the case."""
    walls = user.walls
    brand = walls.brands is None or case.brand_id in walls.brands
    return user.is_active and brand and (walls.regions is None or case.region_id in walls.regions)


@dataclass(frozen=True)
class Chosen:
    """Whom to tell, and when: now, or the next moment of their duty hours."""

    user: AbstractUser
    at: datetime


def choose(user: AbstractUser, case: Case, *, now: datetime) -> Chosen:
    """
    Return who is told in place of somebody: themselves, or who stands in while they are away.

    Deputies may be away too: theirs is asked. Where nobody is there, it waits for the one's return.
    """
    back: datetime | None = None
    seen: set[int] = set()
    one: Any = user
    while one is not None and one.pk not in seen:
        seen.add(one.pk)
        away = Absence.objects.filter(user=one, since__lte=now, until__gt=now)
        absence = away.select_related("deputy").first()
        if absence is None and may_be_told(one, case):
            return Chosen(one, opening(one, now=now))
        back = back or (absence.until if absence else None)
        one = absence.deputy if absence else None
    return Chosen(user, opening(user, now=back or now))


def opening(user: AbstractUser, *, now: datetime) -> datetime:
    """Return now, or when the receiver's duty hours begin; whose hours make no sense: now."""
    duty = Duty.objects.filter(user=user.pk).select_related("working_time").first()
    if duty is None or duty.working_time is None:
        return now
    try:
        at: datetime = duty.working_time.calendar.due(now, _A_MOMENT) - _MOMENT
    except ValueError:  # better told at night than never
        return now
    return max(at, now)
