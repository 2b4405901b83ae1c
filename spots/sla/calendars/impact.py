"""Which open promises a changed calendar would move."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from complaints.customers.walls import Walls
from spots.sla.calendar import WorkCalendar
from spots.sla.derivation import Fact, derive
from spots.sla.ledger import facts_known
from spots.sla.models import Clock, WorkingTime

MOST_CLOCKS = 2000  # are counted; beyond them it is “more than”


@dataclass(frozen=True)
class Shift:
    clock: Clock
    due_at: datetime | None  # anew; None: the calendar has not that much working time to come

    @property
    def by(self) -> timedelta | None:
        was = self.clock.due_at
        return None if self.due_at is None or was is None else self.due_at - was

    def is_missed(self, now: datetime) -> bool:
        """Whether it would be missed at once, and is not yet."""
        return self.due_at is not None and self.due_at < now and self.clock.breached_at is None


@dataclass(frozen=True)
class Impact:
    looked_at: int  # clocks
    is_cut: bool  # there are more than were looked at
    moves: tuple[Shift, ...]  # those missed at once first, then by their new due time
    missed: int  # how many would be missed at once
    endless: int  # how many would have no due time at all

    @property
    def earliest(self) -> timedelta | None:
        """The shift that brings a promise forward most, or puts one off least."""
        return min((shift.by for shift in self.moves if shift.by is not None), default=None)

    @property
    def latest(self) -> timedelta | None:
        return max((shift.by for shift in self.moves if shift.by is not None), default=None)


def impact_of(row: WorkingTime, *, walls: Walls, now: datetime) -> Impact:
    """
    Return what saving the calendar, as it is in memory, would do to promises that count by it.

    A promise that stands still has no due time to move, and one that was missed stays so.

    :raises ValueError: the calendar describes no working time
    """
    calendar = row.calendar
    # A new calendar has no number yet, and nothing counts by it.
    open_ones = (
        Clock.objects.running()
        .within(walls)
        .filter(policy__working_time=row.pk, policy__working_time__isnull=False)
        .exclude(due_at=None)
    )
    rows = open_ones.select_related("case").prefetch_related("policy__working_time")
    found = list(rows.order_by("due_at", "pk")[: MOST_CLOCKS + 1])
    is_cut, clocks = len(found) > MOST_CLOCKS, found[:MOST_CLOCKS]
    facts = facts_known(clocks)
    shifts = [Shift(clock, new_due(facts[clock.pk], calendar, now=now)) for clock in clocks]
    moves = [shift for shift in shifts if shift.due_at != shift.clock.due_at]
    return Impact(
        looked_at=len(shifts),
        is_cut=is_cut,
        moves=tuple(sorted(moves, key=lambda shift: (shift.due_at or now, shift.clock.pk))),
        missed=sum(shift.is_missed(now) for shift in moves),
        endless=sum(shift.due_at is None for shift in moves),
    )


def new_due(facts: Iterable[Fact], calendar: WorkCalendar, *, now: datetime) -> datetime | None:
    """
    Return when a clock of these facts is due by another calendar.

    None: the calendar has not that much working time to come.
    """
    state = derive(facts)
    if state.stays_missed(now):
        return state.due
    return replace(state, promise=replace(state.promise, calendar=calendar)).due
