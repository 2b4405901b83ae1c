"""Every write about webhooks, each in one transaction."""

from heatmaps_project.webhooks.transitions.planning import forget, plan
from heatmaps_project.webhooks.transitions.sending import book, claim, due_of, release
from heatmaps_project.webhooks.transitions.subscribing import (
    forget_words,
    pause,
    ping,
    rotate,
    send_again,
    subscribe,
    unsubscribe,
)

__all__ = (
    "book",
    "claim",
    "due_of",
    "forget",
    "forget_words",
    "pause",
    "ping",
    "plan",
    "release",
    "rotate",
    "send_again",
    "subscribe",
    "unsubscribe",
)
