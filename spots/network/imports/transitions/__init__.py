"""Every write of an import: its life, its rows, and what it changes in the network."""

from spots.network.imports.transitions.applying import apply, undo
from spots.network.imports.transitions.life import (
    KEPT,
    ask_to_apply,
    ask_to_undo,
    stop,
    upload,
    why_not,
)
from spots.network.imports.transitions.staging import (
    begin,
    finish,
    forget_customer,
    forget_old,
    stage,
)

__all__ = (
    "KEPT",
    "apply",
    "ask_to_apply",
    "ask_to_undo",
    "begin",
    "finish",
    "forget_customer",
    "forget_old",
    "stage",
    "stop",
    "undo",
    "upload",
    "why_not",
)
