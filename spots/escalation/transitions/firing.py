"""Noticing that clocks have reached stages of their ladders."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from spots.escalation.firings import Firing, Notice, OnLadder
from spots.escalation.in_force import Ladders
from spots.escalation.receivers import choose, receivers_of
from spots.escalation.stages import Reached, climbed
from spots.escalation.steps import steps_of
from spots.sla.models import Clock


@transaction.atomic
def fire(*, now: datetime, limit: int = 200) -> int:
    """
    Note the stages that clocks have reached, and for whom; return how many clocks were looked at.

    Looked at are the clocks whose next stage has come, and those that changed, or whose ladder
    did, since the last look: at most `limit`.
    """
    ladders = Ladders.present()
    if not ladders.rungs:
        return 0
    _put_on_ladders()
    rows = {row.pk: row for row in _claimed(ladders, now=now, limit=limit)}
    clocks = list(
        Clock.objects.filter(pk__in=rows).select_related(
            "policy__working_time", "case__team__lead", "case__engineer"
        )
    )
    steps = steps_of(clocks)
    firings = []
    for clock in clocks:
        found = climbed(steps[clock.pk], ladders.stages_of(clock.target), until=now)
        row = rows[clock.pk]
        row.next_at, row.last_number = found.next_at, clock.last_number
        row.ladders_version = ladders.version
        firings += [_firing(clock, reached, ladders, now=now) for reached in found.reached]
    OnLadder.objects.bulk_update(rows.values(), ["next_at", "last_number", "ladders_version"])
    write(firings, now=now)
    return len(clocks)


def write(firings: Collection[Firing], *, now: datetime) -> None:
    """Write the firings that there are not yet, and a notice for everybody who is to be told."""
    there = Firing.objects.filter(clock__in={firing.clock_id for firing in firings})
    known = set(there.values_list("clock", "due_version", "rung"))
    fresh = [one for one in firings if (one.clock_id, one.due_version, one.rung_id) not in known]
    notices = [notice for firing in fresh for notice in _notices(firing, now=now)]
    Firing.objects.bulk_create(fresh)
    Notice.objects.bulk_create(notices)


def _put_on_ladders() -> None:
    fresh = Clock.objects.running().filter(on_ladder=None).order_by("pk")
    rows = [OnLadder(clock_id=pk) for pk in fresh.values_list("pk", flat=True)]
    OnLadder.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)


def _claimed(ladders: Ladders, *, now: datetime, limit: int) -> Iterable[OnLadder]:
    """Return rows to look at, locked: what another worker looks at just now is left to it."""
    free = OnLadder.objects.select_for_update(of=("self",), skip_locked=True)
    come = list(free.filter(next_at__lte=now).order_by("next_at")[:limit])
    running = free.filter(clock__in=Clock.objects.running())
    changed = running.exclude(
        Q(last_number=F("clock__last_number")) & Q(ladders_version=ladders.version)
    )
    return [*come, *changed.order_by("pk")[: limit - len(come)]]


def _firing(clock: Clock, reached: Reached, ladders: Ladders, *, now: datetime) -> Firing:
    return Firing(
        clock=clock,
        rung=ladders.rungs[reached.rung],
        due_version=reached.due_version,
        due_at=reached.due,
        reached_at=reached.at,
        fired_at=max(now, reached.at),
    )


def _notices(firing: Firing, *, now: datetime) -> list[Notice]:
    """Return a notice for each person; where there is nobody, the next stage hears of it."""
    case = firing.clock.case
    notices: dict[int, Notice] = {}
    for user in receivers_of(firing.rung, case):
        chosen = choose(user, case, now=now)
        instead_of = user.pk if chosen.user != user else None
        notices.setdefault(
            chosen.user.pk,
            Notice(
                firing=firing,
                user_id=chosen.user.pk,
                instead_of_id=instead_of,
                due_at=chosen.at,
            ),
        )
    if not notices and firing.rung.climb_minutes is not None:
        firing.climbs_at = now
    return list(notices.values())
