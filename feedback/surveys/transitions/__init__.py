"""
Every write to surveys' versions, invitations and answers, each in one transaction.

An invitation's life is the table in states.py. Whatever is written here can be repeated, or done
by two workers at once, without anybody being asked twice.
"""

from feedback.surveys.transitions.adding import RefusedError, add_ready
from feedback.surveys.transitions.answering import (
    ExpiredError,
    NotAskedError,
    answer,
    forget_words,
    refuse,
)
from feedback.surveys.transitions.deciding import due_for_a_reminder, take_due
from feedback.surveys.transitions.finding import find
from feedback.surveys.transitions.following import delivered, sent, tidy, undelivered
from feedback.surveys.transitions.hearing import tell_cases
from feedback.surveys.transitions.inviting import invite
from feedback.surveys.transitions.touching import take_touch
from feedback.surveys.transitions.versions import provide_packaged, version_in_force

__all__ = (
    "ExpiredError",
    "NotAskedError",
    "RefusedError",
    "add_ready",
    "answer",
    "delivered",
    "due_for_a_reminder",
    "find",
    "forget_words",
    "invite",
    "provide_packaged",
    "refuse",
    "sent",
    "take_due",
    "take_touch",
    "tell_cases",
    "tidy",
    "undelivered",
    "version_in_force",
)
