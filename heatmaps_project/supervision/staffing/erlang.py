"""
How many agents a load of calls takes (pure).

A. K. Erlang, 1917: calls come at random, wait in one queue, and nobody hangs up. People do hang
up, so what it asks for is rather too many than too few.
"""

from dataclasses import dataclass
from math import exp, floor


@dataclass(frozen=True)
class Staffed:
    """What so many agents make of a load."""

    agents: int
    answered: float  # share within the wanted time, 0 … 1
    busy: float  # share of the agents' time, 0 … 1


@dataclass(frozen=True)
class Target:
    """So many of the calls, as a share below 1, are answered within so many seconds."""

    share: float
    seconds: float


def erlangs(calls: float, *, handle_s: float, seconds: float) -> float:
    """Return the load of calls that come in so many seconds: how many are spoken to at a time."""
    return calls * handle_s / seconds


def staffed(load: float, *, handle_s: float, target: Target) -> Staffed:
    """
    Return the fewest agents who meet a target, by Erlang C.

    load  in erlangs; of none, nobody is needed
    """
    if load <= 0:
        return Staffed(0, 1.0, 0.0)
    blocked, agents = 1.0, 0  # Erlang B, agent by agent: no factorials that overflow
    while True:
        agents += 1
        blocked = load * blocked / (agents + load * blocked)
        if agents <= floor(load):
            continue  # the queue would grow without end
        busy = load / agents
        waits = blocked / (1 - busy * (1 - blocked))
        answered = 1 - waits * exp(-(agents - load) * target.seconds / handle_s)
        if answered >= target.share:
            return Staffed(agents, answered, busy)
