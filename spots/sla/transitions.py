"""
What happens to the clocks of a case.

A clock's due time is computed when it starts, and stored. The breach moment is the due time,
whenever the sweep that notices it ran. Each change leaves a ledger entry in its transaction.
"""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import F, Q

from spots.sla.models import Clock, ClockQuerySet, LedgerEntry, LedgerKind, Policy, Target


def policy_for(
    *, brand_id: int, region_id: int, topic_id: int | None, band: int, kind: str = "spot"
) -> Policy | None:
    """Return the first policy, in order, that the attributes match; None: nothing is promised."""
    matching = Policy.objects.select_related("working_time").filter(
        Q(brand=None) | Q(brand=brand_id),
        Q(region=None) | Q(region=region_id),
        Q(topic=None) | Q(topic=topic_id),
        Q(band=None) | Q(band=band),
        Q(kind="") | Q(kind=kind),
    )
    return matching.order_by("order").first()


@transaction.atomic
def start(
    *,
    case_id: int,
    brand_id: int,
    region_id: int,
    topic_id: int | None,
    band: int,
    kind: str = "spot",
    now: datetime,
) -> list[Clock]:
    """Start a clock for each target that the case's policy promises; none without a policy."""
    policy = policy_for(
        brand_id=brand_id, region_id=region_id, topic_id=topic_id, band=band, kind=kind
    )
    if policy is None:
        return []
    calendar = policy.working_time.calendar
    promised = {
        Target.REACTION: policy.reaction_minutes,
        Target.ETA: policy.eta_minutes,
        Target.FIX: policy.fix_minutes,
    }
    clocks = Clock.objects.bulk_create(
        Clock(
            case_id=case_id,
            target=target,
            policy=policy,
            minutes=minutes,
            started_at=now,
            due_at=calendar.due(now, minutes),
        )
        for target, minutes in promised.items()
        if minutes
    )
    _record(clocks, LedgerKind.STARTED, at=now, by=None, reason=policy.name)
    return clocks


@transaction.atomic
def satisfy(*, case_id: int, target: Target, by: AbstractBaseUser | None, now: datetime) -> None:
    """Note that a promise was kept, in time or late; a second time changes nothing."""
    mark_breaches(now=now, case_id=case_id)
    clocks = list(_locked(case_id).running().filter(target=target))
    Clock.objects.filter(pk__in=[clock.pk for clock in clocks]).update(satisfied_at=now)
    _record(clocks, LedgerKind.SATISFIED, at=now, by=by)


@transaction.atomic
def stop(*, case_id: int, by: AbstractBaseUser | None, reason: str, now: datetime) -> None:
    """End every promise that is still open: the case is no longer to be worked on."""
    mark_breaches(now=now, case_id=case_id)
    clocks = list(_locked(case_id).running())
    Clock.objects.filter(pk__in=[clock.pk for clock in clocks]).update(stopped_at=now)
    _record(clocks, LedgerKind.STOPPED, at=now, by=by, reason=reason)


@transaction.atomic
def reopen(*, case_id: int, by: AbstractBaseUser | None, now: datetime) -> None:
    """
    Let promises run on that ended too early: the one to fix, and those a dismissal stopped.

    The time in which they stood still is a pause, counted in working time. A promise that was
    missed stays missed at the moment it was, and is open again.
    """
    ended = Q(target=Target.FIX, satisfied_at__isnull=False) | Q(stopped_at__isnull=False)
    _run_on(_locked(case_id).filter(ended), by=by, now=now)


@transaction.atomic
def undo_stop(
    *, case_id: int, stopped_at: datetime, by: AbstractBaseUser | None, now: datetime
) -> None:
    """Let the promises run on that were stopped at a moment, by mistake; in between is a pause."""
    _run_on(_locked(case_id).filter(stopped_at=stopped_at), by=by, now=now)


def _run_on(ended: ClockQuerySet, *, by: AbstractBaseUser | None, now: datetime) -> None:
    clocks = list(ended.select_related("policy__working_time"))
    for clock in clocks:
        clock.satisfied_at = clock.stopped_at = None
        if clock.breached_at is None:
            calendar = clock.policy.working_time.calendar
            clock.due_at = calendar.due(clock.started_at, clock.minutes, clock.pauses(until=now))
    Clock.objects.bulk_update(clocks, ["due_at", "satisfied_at", "stopped_at"])
    _record(clocks, LedgerKind.RESUMED, at=now, by=by)


@transaction.atomic
def mark_breaches(*, now: datetime, case_id: int | None = None, limit: int = 1000) -> int:
    """
    Stamp clocks whose due time has passed, at most `limit`, and return how many.

    Running it late, twice or on two machines changes nothing: the stamp is the due time, and
    the ledger holds one breach per clock.
    """
    overdue = Clock.objects.running().filter(due_at__lt=now, breached_at=None)
    if case_id is not None:
        overdue = overdue.filter(case_id=case_id)
    clocks = list(overdue.select_for_update(skip_locked=case_id is None).order_by("due_at")[:limit])
    Clock.objects.filter(pk__in=[clock.pk for clock in clocks]).update(breached_at=F("due_at"))
    _record(clocks, LedgerKind.BREACHED, at=None, by=None)
    return len(clocks)


def _locked(case_id: int) -> ClockQuerySet:
    return Clock.objects.select_for_update(of=("self",)).filter(case_id=case_id).order_by("pk")


def _record(
    clocks: Iterable[Clock],
    kind: LedgerKind,
    *,
    at: datetime | None,
    by: AbstractBaseUser | None,
    reason: str = "",
) -> None:
    """Append an entry for each clock; `at` None: at its due time."""
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            clock=clock,
            kind=kind,
            at=at or clock.due_at,
            by_id=by.pk if by else None,
            due_at=clock.due_at,
            reason=reason,
        )
        for clock in clocks
    )
