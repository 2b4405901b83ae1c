"""Every write to sorted comments and follow-ups, each in one transaction."""

from feedback.followups.transitions.raising import raise_alarms
from feedback.followups.transitions.sorting import correct, provide_words, sort_comments
from feedback.followups.transitions.working import RefusedError, close, forget_words, miss, take

__all__ = (
    "RefusedError",
    "close",
    "correct",
    "forget_words",
    "miss",
    "provide_words",
    "raise_alarms",
    "sort_comments",
    "take",
)
