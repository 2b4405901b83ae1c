"""Every write about gifts, each in one transaction."""

from feedback.goodwill.transitions.giving import RefusedError, forget_words, give, show_code
from feedback.goodwill.transitions.occasions import give_on_occasions
from feedback.goodwill.transitions.pools import fill_pool

__all__ = (
    "RefusedError",
    "fill_pool",
    "forget_words",
    "give",
    "give_on_occasions",
    "show_code",
)
