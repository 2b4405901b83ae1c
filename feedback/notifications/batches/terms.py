"""When a term that moved is worth another message."""

from datetime import datetime, timedelta


def is_told_again(
    term: datetime, *, told: datetime, times: int, moved_by: timedelta, most: int
) -> bool:
    """
    Say whether a customer hears of a term that is not the one they know.

    told      the term they were last told
    times     messages about moved terms that they have had
    moved_by  how far it has to move, earlier or later; a move of exactly so much is not enough
    most      messages about moved terms that a customer gets in all
    """
    return times < most and abs(term - told) > moved_by
