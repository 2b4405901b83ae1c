"""Every write to follow-ups, each in one transaction."""

from feedback.followups.transitions.raising import raise_alarms
from feedback.followups.transitions.sweeps import mark_late, share_out
from feedback.followups.transitions.working import (
    RefusedError,
    close,
    forget_words,
    give,
    miss,
    take,
)

__all__ = (
    "RefusedError",
    "close",
    "forget_words",
    "give",
    "mark_late",
    "miss",
    "raise_alarms",
    "share_out",
    "take",
)
