"""Whether what a firing says is still so."""

from collections.abc import Collection
from datetime import datetime

from spots.escalation.firings import Firing
from spots.sla.derivation import ENDED, State
from spots.sla.ledger import states_of


def still_so(firings: Collection[Firing], *, now: datetime) -> set[int]:
    """
    Return which firings' promises are still open and at their stage: their numbers.

    The firings come with rung and clock, and the clock with its policy's calendar. One of an
    earlier due time counts when the present one has reached the stage too.
    """
    clocks = {firing.clock_id: firing.clock for firing in firings}
    states = states_of(clocks.values())
    return {
        firing.pk
        for firing in firings
        if firing.clock_id in states and _holds(firing, states[firing.clock_id], now)
    }


def _holds(firing: Firing, state: State, now: datetime) -> bool:
    if state.category in ENDED:
        return False
    if firing.due_version == firing.clock.due_version:
        return True
    root = firing
    while root.climbed_from is not None:
        root = root.climbed_from
    reached = root.rung.stage.reached(state)
    return reached is not None and reached <= now
