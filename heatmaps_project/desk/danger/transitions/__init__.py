"""Every write about dangers to life."""

from heatmaps_project.desk.danger.transitions.calling import call_again
from heatmaps_project.desk.danger.transitions.moving import (
    RefusedError,
    address_of,
    close,
    forget_words,
    raise_alarm,
    show_address,
    step,
    take,
    verify,
)

__all__ = (
    "RefusedError",
    "address_of",
    "call_again",
    "close",
    "forget_words",
    "raise_alarm",
    "show_address",
    "step",
    "take",
    "verify",
)
