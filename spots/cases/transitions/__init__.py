"""
Every write to a case: one function a move, each in one transaction with the event it leaves.

All take `by` (None: the engine) and `now`, lock the case's row first, and raise
`IllegalMoveError` with a sentence for people when the move may not be made.
"""

from spots.cases.transitions.fixing import fix
from spots.cases.transitions.forgetting import forget_files, forget_words
from spots.cases.transitions.meanwhile import UnseenError, move_as_seen, unseen_since
from spots.cases.transitions.members import grow, open_spot, release_withdrawn
from spots.cases.transitions.membership import lock_in_order, locked_if_free
from spots.cases.transitions.moves import (
    accept,
    diagnose,
    dismiss,
    mark_active,
    mark_quiet,
    plan,
    route,
)
from spots.cases.transitions.ranking import hear_unhappy, refresh_priorities
from spots.cases.transitions.recomputing import recompute_promises
from spots.cases.transitions.record import BusyError, IllegalMoveError
from spots.cases.transitions.regrouping import attach, detach, merge, split
from spots.cases.transitions.reopening import reopen, reopen_by_answers, reopen_by_complaints
from spots.cases.transitions.several import attach_several, detach_several, hand_over
from spots.cases.transitions.singles import (
    answer,
    hold_singles,
    join,
    make_spot,
    open_single,
    open_singles,
    redraw_singles,
    singles_of,
)
from spots.cases.transitions.undoing import undo_regrouping
from spots.cases.transitions.verifying import close, fail, verify
from spots.cases.transitions.waiting import resume, wait

__all__ = (
    "BusyError",
    "IllegalMoveError",
    "UnseenError",
    "accept",
    "answer",
    "attach",
    "attach_several",
    "close",
    "detach",
    "detach_several",
    "diagnose",
    "dismiss",
    "fail",
    "fix",
    "forget_files",
    "forget_words",
    "grow",
    "hand_over",
    "hear_unhappy",
    "hold_singles",
    "join",
    "lock_in_order",
    "locked_if_free",
    "make_spot",
    "mark_active",
    "mark_quiet",
    "merge",
    "move_as_seen",
    "open_single",
    "open_singles",
    "open_spot",
    "plan",
    "recompute_promises",
    "redraw_singles",
    "refresh_priorities",
    "release_withdrawn",
    "reopen",
    "reopen_by_answers",
    "reopen_by_complaints",
    "resume",
    "route",
    "singles_of",
    "split",
    "undo_regrouping",
    "unseen_since",
    "verify",
    "wait",
)
