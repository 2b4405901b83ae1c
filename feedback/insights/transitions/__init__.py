"""Every write to insights, each in one transaction."""

from feedback.insights.transitions.moving import (
    RefusedError,
    decline,
    finish,
    join,
    look,
    reopen,
    send,
    take,
)
from feedback.insights.transitions.raising import forget_words, raise_insight, vote

__all__ = (
    "RefusedError",
    "decline",
    "finish",
    "forget_words",
    "join",
    "look",
    "raise_insight",
    "reopen",
    "send",
    "take",
    "vote",
)
