"""Conversations counted: promises kept beside what came of it for the customer (pure)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from heatmaps_project.supervision.scorecards.points import Rated

AGAIN_WITHIN: Final = timedelta(days=7)


class Held(Protocol):
    """A conversation and what came of it, as desk.contacts tells."""

    @property
    def at(self) -> datetime: ...
    @property
    def ended(self) -> datetime | None: ...
    @property
    def agent(self) -> int: ...
    @property
    def customer(self) -> int | None: ...
    @property
    def has_case(self) -> bool: ...
    @property
    def broken(self) -> bool: ...
    @property
    def again(self) -> bool: ...
    @property
    def rating(self) -> int | None: ...
    @property
    def is_good(self) -> bool | None: ...
    @property
    def leaving(self) -> bool: ...


@dataclass
class Tally:
    """
    Counts; whatever cannot be known yet is in no whole.

    week_old  conversations with a known customer that are a week old: of these one can say
              whether the customer called again
    """

    calls: int = 0
    ended: int = 0
    in_time: int = 0  # of those that ended
    cases: int = 0  # conversations that led to a case
    kept: int = 0  # of those, none of whose promises broke
    week_old: int = 0
    again: int = 0
    ratings: int = 0
    sum_of_ratings: int = 0
    well: int = 0  # rated 4 or 5
    known: int = 0  # with a known customer
    leaving: int = 0
    good: int = 0  # rated well, a week old, and not repeated
    judged: int = 0  # rated, and a week old

    def add(self, one: Held, *, within: timedelta, now: datetime) -> None:
        """Count a conversation; `within`: how soon it should end."""
        self.calls += 1
        if one.ended is not None:
            self.ended += 1
            self.in_time += one.ended - one.at <= within
        if one.has_case:
            self.cases += 1
            self.kept += not one.broken
        if one.customer is not None:
            self._of_customer(one, is_week_old=one.at <= now - AGAIN_WITHIN)

    def _of_customer(self, one: Held, *, is_week_old: bool) -> None:
        self.known += 1
        self.leaving += one.leaving
        if one.rating is not None:
            self.ratings += 1
            self.sum_of_ratings += one.rating
            self.well += one.rating >= 4
        if is_week_old:
            self.week_old += 1
            self.again += one.again
            if one.is_good is not None:
                self.judged += 1
                self.good += one.is_good

    @property
    def mean(self) -> float | None:
        """The mean rating, 1 … 5; None: there is none."""
        return self.sum_of_ratings / self.ratings if self.ratings else None

    @property
    def rated(self) -> Rated:
        return Rated(self.good, self.judged)


def tallies(rows: Iterable[Held], *, within: timedelta, now: datetime) -> dict[int, Tally]:
    """Return the counts of each agent."""
    found: dict[int, Tally] = {}
    for one in rows:
        found.setdefault(one.agent, Tally()).add(one, within=within, now=now)
    return found


def together(parts: Iterable[Tally]) -> Tally:
    """Return the counts of several agents as one."""
    whole = Tally()
    for part in parts:
        for name, count in vars(part).items():
            setattr(whole, name, getattr(whole, name) + count)
    return whole
