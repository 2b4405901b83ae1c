"""Every write to sorted comments, each in one transaction."""

from feedback.comments.transitions.learning import learn, switch
from feedback.comments.transitions.sorting import correct, provide_words, sort_comments

__all__ = ("correct", "learn", "provide_words", "sort_comments", "switch")
