"""Whether what a message says still holds."""

from feedback.notifications.catalogue import Reason
from spots.cases.models import Case
from spots.cases.states import WORKING, State


def still_true(reason: str, case: Case) -> bool:
    """Say whether a case, or the one it lives on in, is still as a message of this reason says."""
    survivor = case.survivor
    if reason == Reason.FIXED:
        return survivor.state not in {*WORKING, State.DISMISSED}
    return survivor.has_term
