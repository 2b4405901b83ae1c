"""How many messages a customer gets: when the next may go."""

from collections.abc import Sequence
from datetime import datetime, timedelta

DAY, WEEK = timedelta(hours=24), timedelta(days=7)


def next_allowed(
    sent: Sequence[datetime], *, now: datetime, per_day: int, per_week: int
) -> datetime:
    """
    Return the first moment from now on at which one more message keeps both caps.

    sent  when messages went out, in any order
    Within any 24 hours there are at most `per_day`, within any 7 days at most `per_week`.
    """
    return max(
        _free_at(sent, now=now, span=DAY, most=per_day),
        _free_at(sent, now=now, span=WEEK, most=per_week),
    )


def _free_at(sent: Sequence[datetime], *, now: datetime, span: timedelta, most: int) -> datetime:
    within = sorted(at for at in sent if at > now - span)
    if len(within) < most:
        return now
    # once the `most`-th newest is a span old, one less than `most` are left
    return within[-most] + span
