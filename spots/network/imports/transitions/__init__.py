"""Every write of an import: its life, its rows, and what it changes in the network."""

from spots.network.imports.transitions.applying import apply, undo
from spots.network.imports.transitions.life import (
    KEPT,
    LEASE,
    MOVES,
    ImportRefusedError,
    ask_to_apply,
    ask_to_undo,
    claim,
    fail,
    give_back,
    refuse,
    stop,
    upload,
    why_not,
)
from spots.network.imports.transitions.staging import begin, finish, forget_old, stage

__all__ = (
    "KEPT",
    "LEASE",
    "MOVES",
    "ImportRefusedError",
    "apply",
    "ask_to_apply",
    "ask_to_undo",
    "begin",
    "claim",
    "fail",
    "finish",
    "forget_old",
    "give_back",
    "refuse",
    "stage",
    "stop",
    "undo",
    "upload",
    "why_not",
)
