"""Which open promises a changed calendar would move."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.db.models import Exists, OuterRef

from complaints.customers.walls import Walls
from spots.sla.calendar import WorkCalendar
from spots.sla.models import Clock, LedgerEntry, LedgerKind, WorkingTime

MOST_CLOCKS = 2000  # are counted; beyond them it is “more than”


@dataclass(frozen=True)
class Shift:
    clock: Clock
    due_at: datetime | None  # anew; None: the calendar has not that much working time to come

    @property
    def by(self) -> timedelta | None:
        return None if self.due_at is None else self.due_at - self.clock.due_at

    def is_missed(self, now: datetime) -> bool:
        return self.due_at is not None and self.due_at < now


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

    Promises missed already stay missed at the moment they were.

    :raises ValueError: the calendar describes no working time
    """
    calendar = row.calendar
    resumed = LedgerEntry.objects.filter(clock=OuterRef("pk"), kind=LedgerKind.RESUMED)
    # A new calendar has no number yet, and nothing counts by it.
    open_ones = (
        Clock.objects.running()
        .within(walls)
        .filter(policy__working_time=row.pk, policy__working_time__isnull=False, breached_at=None)
    )
    rows = open_ones.annotate(was_resumed=Exists(resumed)).select_related("case")
    rows = rows.only("target", "minutes", "started_at", "due_at", "case__kind", "case__place")
    clocks = list(rows.order_by("due_at", "pk")[: MOST_CLOCKS + 1])
    is_cut = len(clocks) > MOST_CLOCKS
    shifts = [Shift(clock, new_due(clock, calendar)) for clock in islice(clocks, MOST_CLOCKS)]
    moves = [shift for shift in shifts if shift.due_at != shift.clock.due_at]
    return Impact(
        looked_at=len(shifts),
        is_cut=is_cut,
        moves=tuple(sorted(moves, key=lambda shift: (shift.due_at or now, shift.clock.pk))),
        missed=sum(shift.is_missed(now) for shift in moves),
        endless=sum(shift.due_at is None for shift in moves),
    )


def new_due(clock: Clock, calendar: WorkCalendar) -> datetime | None:
    """
    Return when an open clock, with its `was_resumed`, is due by another calendar.

    None: the calendar has not that much working time to come.
    """
    pauses = clock.pauses() if getattr(clock, "was_resumed", True) else []
    try:
        return calendar.due(clock.started_at, clock.minutes, pauses)
    except ValueError:
        return None
