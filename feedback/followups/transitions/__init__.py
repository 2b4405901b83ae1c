"""Every write to follow-ups, each in one transaction."""

from feedback.followups.transitions.raising import follow_up_words, raise_alarms
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
    "follow_up_words",
    "forget_words",
    "give",
    "mark_late",
    "miss",
    "raise_alarms",
    "share_out",
    "take",
)
