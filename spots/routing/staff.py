"""Who of a team could take a case at a moment, as the arithmetic asks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser

from spots.routing.choosing import Person
from spots.routing.models import Absence, Duty, Team

_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Staff:
    members: list[Person]
    deputies: list[Person]  # of those away; members may be among them


def staff_of(team: Team, *, brand_id: int, region_id: int | None, now: datetime) -> Staff:
    """
    Return the team's active members who see the brand and region, and the deputies of those away.

    region_id  None: what is in no region, which everybody of the brand sees

    Loads are not known here. Five queries, however many they are.
    """
    seeing = get_user_model().objects.filter(is_active=True, brands=brand_id)
    if region_id is not None:
        seeing = seeing.filter(regions=region_id)
    members = list(seeing.filter(teams=team).order_by("pk"))
    away = Absence.objects.filter(user__in=members, since__lte=now, until__gt=now)
    deputy_of = dict(away.values_list("user_id", "deputy_id"))
    deputies = list(seeing.filter(pk__in={*deputy_of.values()} - {None}).order_by("pk"))
    away = Absence.objects.filter(user__in=deputies, since__lte=now, until__gt=now)
    deputies_away = dict(away.values_list("user_id", "deputy_id"))
    duties = _duties([*members, *deputies])
    return Staff(
        [_person(one, duties, deputy_of, now) for one in members],
        [_person(one, duties, deputies_away, now) for one in deputies],
    )


def _duties(people: Iterable[AbstractUser]) -> dict[int, Duty]:
    rows = Duty.objects.filter(user__in=list(people)).select_related("working_time")
    return {duty.user_id: duty for duty in rows.prefetch_related("topics")}


def _person(
    user: AbstractUser, duties: dict[int, Duty], away: dict[int, int | None], now: datetime
) -> Person:
    duty = duties.get(user.pk)
    return Person(
        id=user.pk,
        on_duty=duty is None or is_on_duty(duty, now=now),
        away=user.pk in away,
        deputy=away.get(user.pk),
        technologies=frozenset(duty.technologies) if duty else frozenset(),
        topics=frozenset(topic.pk for topic in duty.topics.all()) if duty else frozenset(),
        complex_cases=duty is None or duty.complex_cases,
    )


def is_on_duty(duty: Duty, *, now: datetime) -> bool:
    """Say whether a moment is in somebody's shifts; a calendar that makes no sense has none."""
    if duty.working_time is None:
        return True
    try:
        return duty.working_time.calendar.worked(now, now + _MOMENT) > 0
    except ValueError:
        return False
