"""Giving several follow-ups to one person: who is there, and how much each has to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.contrib.auth.models import AbstractUser
from django.db.models import Count
from django.http import QueryDict

from complaints.customers.reader import name_of
from feedback.followups import transitions
from feedback.followups.models import AlarmRule, FollowUp
from spots.routing.models import Duty
from spots.routing.staff import is_on_duty

MOST_AT_ONCE = 500


@dataclass(frozen=True)
class Colleague:
    """A member of the team that calls back."""

    user: AbstractUser
    name: str
    waiting: int  # follow-ups in work
    on_duty: bool


def colleagues(*, now: datetime) -> list[Colleague]:
    """Return who calls back, those on duty with the least to do first; three queries."""
    team = AlarmRule.in_force().team
    if team is None:
        return []
    people = list(team.members.filter(is_active=True).order_by("pk"))
    waiting = FollowUp.objects.waiting().filter(owner__in=people)
    loads = dict(waiting.values_list("owner").annotate(n=Count("pk")))
    shifts = Duty.objects.filter(user__in=people).select_related("working_time")
    duties = {duty.user_id: duty for duty in shifts}
    found = [
        Colleague(
            user=one,
            name=name_of(one),
            waiting=loads.get(one.pk, 0),
            on_duty=one.pk not in duties or is_on_duty(duties[one.pk], now=now),
        )
        for one in people
    ]
    return sorted(found, key=lambda one: (not one.on_duty, one.waiting, one.name))


class GiveForm(forms.Form):
    """To whom."""

    to = forms.TypedChoiceField(coerce=int)

    def __init__(self, data: QueryDict, *, people: Sequence[Colleague]) -> None:
        super().__init__(data)
        field = self.fields["to"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(one.user.pk, one.name) for one in people]


def give_all(
    ids: Sequence[int], *, to: AbstractUser, by: AbstractUser, now: datetime
) -> tuple[int, list[str]]:
    """Give follow-ups to somebody, each by itself; return how many, and what was refused."""
    refused = []
    for pk in ids:
        try:
            transitions.give(followup_id=pk, to=to, by=by, now=now)
        except transitions.RefusedError as refusal:
            refused.append(str(refusal))
    return len(ids) - len(refused), refused
