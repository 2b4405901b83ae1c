"""Nobody is asked too often: which of the surveys that want a customer may have them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Other:
    """Another invitation of the same customer: asked already, or reserved for a later time."""

    at: datetime  # asked, or to be asked
    rank: int  # of its survey; the lower number goes first
    asked: bool


def is_blocked(others: Iterable[Other], *, at: datetime, rank: int, days: int) -> bool:
    """
    Say whether a customer may not be asked at a moment, by a survey of so many days' quarantine.

    Whoever was asked within the days before is left alone. One whom a survey that goes first will
    ask within the days after is kept for it: else frequent surveys would starve the rare one.

    :raises OverflowError: days beyond what a calendar holds
    """
    span = timedelta(days=days)
    return any(
        (other.asked and at - span < other.at <= at)
        or (not other.asked and other.rank < rank and at <= other.at < at + span)
        for other in others
    )
