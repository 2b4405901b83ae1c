"""
Every write about ladders, each in one transaction.

What was reached and who was told follows from the ledger: running a sweep late, twice or on two
machines changes nothing.
"""

from spots.escalation.transitions.answering import acknowledge, read
from spots.escalation.transitions.climbing import climb
from spots.escalation.transitions.editing import put_in_force
from spots.escalation.transitions.firing import fire
from spots.escalation.transitions.sending import Booked, book, claim, give_up_abandoned
from spots.escalation.transitions.telling import tell, write, write_by

__all__ = (
    "Booked",
    "acknowledge",
    "book",
    "claim",
    "climb",
    "fire",
    "give_up_abandoned",
    "put_in_force",
    "read",
    "tell",
    "write",
    "write_by",
)
