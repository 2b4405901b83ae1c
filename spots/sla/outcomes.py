"""
What became of a promise: the one definition of “kept”, in Python and in SQL.

A promise is kept if what was promised was done at its due time at the latest. One done after it
is late; one that is not done by then is missed, whether it runs, stands still or was given up
later. One that was no longer needed by its due time is neither: it is left out of every share.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final


class Outcome(StrEnum):
    KEPT = "kept"
    LATE = "late"
    MISSED = "missed"  # and not done
    STOPPED = "stopped"  # no longer needed by its due time
    OPEN = "open"  # due later
    PAUSED = "paused"  # it stands still, and nothing is due


BROKEN: Final = (Outcome.LATE, Outcome.MISSED)


def outcome_of(
    *,
    due_at: datetime | None,
    satisfied_at: datetime | None,
    stopped_at: datetime | None,
    as_of: datetime,
) -> Outcome:
    """
    Return what had become of a promise by a moment.

    due_at  None: nothing is due while it stands still
    """
    if satisfied_at is not None:
        return Outcome.KEPT if due_at is None or satisfied_at <= due_at else Outcome.LATE
    if stopped_at is not None and (due_at is None or stopped_at <= due_at):
        return Outcome.STOPPED
    if due_at is None:
        return Outcome.PAUSED
    return Outcome.MISSED if due_at < as_of or stopped_at is not None else Outcome.OPEN


# The same of a row with these columns; the one parameter is the moment.
OUTCOME: Final = """
    CASE
        WHEN satisfied_at IS NOT NULL AND satisfied_at > due_at THEN 'late'
        WHEN satisfied_at IS NOT NULL THEN 'kept'
        WHEN stopped_at IS NOT NULL AND (due_at IS NULL OR stopped_at <= due_at) THEN 'stopped'
        WHEN due_at IS NULL THEN 'paused'
        WHEN due_at < %s OR stopped_at IS NOT NULL THEN 'missed'
        ELSE 'open'
    END
"""
# Broken are those of these that had fallen due; an index knows them.
NOT_KEPT: Final = "(satisfied_at IS NULL OR satisfied_at > due_at)"
IS_LATE: Final = "satisfied_at > due_at"
