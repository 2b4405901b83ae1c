"""
Every write to the outbox, each in one transaction.

A message's life is the table in states.py. Whatever is written here can be repeated, or done by
two workers at once, without anybody being told twice.
"""

from feedback.notifications.transitions.answering import tell_of_insight
from feedback.notifications.transitions.asking import ask_customers
from feedback.notifications.transitions.batches import (
    APPROVE,
    START,
    BatchRefusedError,
    count_batches,
    make_for_area,
    make_for_works,
    step,
)
from feedback.notifications.transitions.claiming import claim
from feedback.notifications.transitions.doubting import doubt_unsent
from feedback.notifications.transitions.falling_back import fall_back
from feedback.notifications.transitions.forgetting import forget_messages, forget_texts, texts_of
from feedback.notifications.transitions.gateway_keys import new_receipts_token, renew_secret
from feedback.notifications.transitions.handling import (
    TextRefusedError,
    follow_up,
    make_complaint,
    mark_seen,
    reply,
)
from feedback.notifications.transitions.health import note_outcomes, wait_for_turn
from feedback.notifications.transitions.hearing import settle_texts, take_text
from feedback.notifications.transitions.planning import plan_messages
from feedback.notifications.transitions.receipts import (
    TooManyParkedError,
    forget_parked,
    settle_receipts,
    take_receipts,
)
from feedback.notifications.transitions.sending import (
    NotSentAgainError,
    Sent,
    book,
    put_back,
    send_again,
)
from feedback.notifications.transitions.stopping import StopRefusedError, lift, pull
from feedback.notifications.transitions.sweeps import tidy
from feedback.notifications.transitions.telling_one import tell_one

__all__ = (
    "APPROVE",
    "START",
    "BatchRefusedError",
    "NotSentAgainError",
    "Sent",
    "StopRefusedError",
    "TextRefusedError",
    "TooManyParkedError",
    "ask_customers",
    "book",
    "claim",
    "count_batches",
    "doubt_unsent",
    "fall_back",
    "follow_up",
    "forget_messages",
    "forget_parked",
    "forget_texts",
    "lift",
    "make_complaint",
    "make_for_area",
    "make_for_works",
    "mark_seen",
    "new_receipts_token",
    "note_outcomes",
    "plan_messages",
    "pull",
    "put_back",
    "renew_secret",
    "reply",
    "send_again",
    "settle_receipts",
    "settle_texts",
    "step",
    "take_receipts",
    "take_text",
    "tell_of_insight",
    "tell_one",
    "texts_of",
    "tidy",
    "wait_for_turn",
)
