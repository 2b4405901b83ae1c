"""What happens to follow-ups by itself: shared out, and marked as late."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import Count, F, Max

from feedback.followups.models import AlarmRule, FollowUp, FollowUpStep, Sharing
from feedback.followups.states import Kind, State
from feedback.followups.transitions.working import WORK, step
from spots.routing.certificates.asking import certified
from spots.routing.choosing import Person, choose, with_work
from spots.routing.staff import Staff, staff_of


@transaction.atomic
def mark_late(*, now: datetime, limit: int = 500) -> int:
    """Mark the follow-ups whose time is over, those due first, and return how many."""
    rows = FollowUp.objects.newly_late(now).select_for_update(skip_locked=True, of=("self",))
    late = [row.pk for row in rows.order_by("due_at", "pk")[:limit]]
    FollowUp.objects.filter(pk__in=late).update(late_at=F("due_at"), changed_at=now)
    FollowUpStep.objects.bulk_create(
        FollowUpStep(followup_id=pk, kind=Kind.LATE, at=now) for pk in late
    )
    return len(late)


@transaction.atomic
def share_out(*, now: datetime, limit: int = 200) -> int:
    """
    Give nobody's follow-ups to members of the team that calls back, as the rule says.

    Those for whom nobody is on duty wait. Returns how many were given.
    """
    rule = AlarmRule.in_force()
    if rule.team is None or rule.sharing == Sharing.LEAVE:
        return 0
    free = FollowUp.objects.filter(state=State.OPEN)
    locked = free.select_for_update(skip_locked=True, of=("self",)).order_by("due_at", "pk")
    rows = list(locked[:limit])
    return _Share(rule, now=now).give_all(rows) if rows else 0


class _Share:
    """One sharing: what each member has to do grows as it goes."""

    def __init__(self, rule: AlarmRule, *, now: datetime) -> None:
        assert rule.team is not None
        self._team, self._now = rule.team, now
        self._in_turn = rule.sharing == Sharing.IN_TURN
        self._staff: dict[tuple[int, int | None], Staff] = {}
        self._load: dict[int, int] = {}
        self._last: dict[int, datetime] = {}
        self._may: dict[int, bool] = {}

    def give_all(self, rows: Collection[FollowUp]) -> int:
        return sum(self._give(row) for row in rows)

    def _give(self, row: FollowUp) -> bool:
        staff = self._staff_for(row.brand_id, row.region_id)
        members, deputies = (self._able(one) for one in (staff.members, staff.deputies))
        chosen = choose(members, deputies, technologies=(), topic=None).person
        if chosen is None:
            return False
        row.owner_id, row.state, row.changed_at = chosen, State.TAKEN, self._now
        row.save(update_fields=["owner", "state", "changed_at"])
        step(row, Kind.GIVE, to=chosen, by=None, now=self._now)
        self._load[chosen] = self._load.get(chosen, 0) + 1
        self._last[chosen] = self._now
        return True

    def _staff_for(self, brand_id: int, region_id: int | None) -> Staff:
        key = (brand_id, region_id)
        if key not in self._staff:
            found = staff_of(self._team, brand_id=brand_id, region_id=region_id, now=self._now)
            people = {one.id for one in (*found.members, *found.deputies)}
            may = certified(people, brand_id=brand_id, now=self._now)
            found = Staff(
                [one for one in found.members if one.id in may],
                [one for one in found.deputies if one.id in may],
            )
            self._staff[key] = found
            self._learn({one.id for one in (*found.members, *found.deputies)} - {*self._may})
        return self._staff[key]

    def _learn(self, people: Collection[int]) -> None:
        """Find out what people have to do, when they were given something last, and may."""
        waiting = FollowUp.objects.waiting().filter(owner__in=people)
        self._load |= dict(waiting.values_list("owner").annotate(n=Count("pk")))
        given = FollowUpStep.objects.filter(kind=Kind.GIVE, to__in=people)
        self._last |= dict(given.values_list("to").annotate(at=Max("at")))
        users: list[AbstractUser] = list(get_user_model().objects.filter(pk__in=people))
        self._may |= {user.pk: user.has_perm(WORK) for user in users}

    def _able(self, people: Collection[Person]) -> list[Person]:
        return [
            with_work(
                one,
                load=0 if self._in_turn else self._load.get(one.id, 0),
                last_given=self._last.get(one.id),
            )
            for one in people
            if self._may[one.id]
        ]
