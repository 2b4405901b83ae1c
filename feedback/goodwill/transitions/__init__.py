"""Every write about gifts, each in one transaction."""

from feedback.goodwill.transitions.confirming import confirm, decline
from feedback.goodwill.transitions.giving import RefusedError, forget_words, give, show_code
from feedback.goodwill.transitions.occasions import give_on_occasions
from feedback.goodwill.transitions.pools import fill_pool, reconcile

__all__ = (
    "RefusedError",
    "confirm",
    "decline",
    "fill_pool",
    "forget_words",
    "give",
    "give_on_occasions",
    "reconcile",
    "show_code",
)
