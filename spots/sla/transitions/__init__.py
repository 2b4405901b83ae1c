"""
What happens to the clocks of a case, one function each.

Each change leaves an entry in the ledger, in its transaction; how a clock stands is derived from
the ledger and stored. The breach moment is the due time, whenever the sweep that notices it ran.
Callers hold the case's row; these lock its clocks, in the order of their numbers.
"""

from spots.sla.transitions.breaches import mark_breaches
from spots.sla.transitions.promising import Standing, promise_anew, start
from spots.sla.transitions.regrouping import merge, unmerge
from spots.sla.transitions.running import pause, reopen, resume, satisfy, stop, undo_stop

__all__ = (
    "Standing",
    "mark_breaches",
    "merge",
    "pause",
    "promise_anew",
    "reopen",
    "resume",
    "satisfy",
    "start",
    "stop",
    "undo_stop",
    "unmerge",
)
