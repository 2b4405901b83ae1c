"""Every write to follow-ups, each in one transaction."""

from feedback.followups.transitions.raising import raise_alarms
from feedback.followups.transitions.working import RefusedError, close, forget_words, miss, take

__all__ = ("RefusedError", "close", "forget_words", "miss", "raise_alarms", "take")
