"""A step of a life: what every table of moves is made of."""

from dataclasses import dataclass
from typing import Generic, TypeVar

_State = TypeVar("_State", bound=str)


@dataclass(frozen=True)
class Move(Generic[_State]):
    """From which states a move leads, and to which."""

    sources: frozenset[_State]
    target: _State
