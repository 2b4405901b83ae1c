"""
Which conversations to listen to: at random, the risky ones more often, and the same ones again
from the same seed (pure).

P. S. Efraimidis and P. G. Spirakis, Weighted random sampling with a reservoir (2006): each gets a
random key to the power of one over its weight, and the largest are taken. Keys come from the
seed and the conversation alone, so that neither order nor the other conversations move them.
"""

from collections.abc import Collection, Iterable
from enum import StrEnum
from hashlib import sha256
from heapq import nlargest
from math import log
from typing import Final, Protocol, TypeVar

_KEY_BITS: Final = 53


class Risk(StrEnum):
    """Why a conversation is worth listening to."""

    AGAIN = "again"  # the customer called again
    LOW_RATING = "low_rating"
    BROKEN = "broken"  # a promise was not kept


# How much likelier a conversation is than one of no risk, which weighs one; they add up.
WEIGHTS: Final[dict[Risk, int]] = {Risk.AGAIN: 4, Risk.LOW_RATING: 6, Risk.BROKEN: 3}


class Sampled(Protocol):
    """What is drawn: its name, which stays the same, and its risks."""

    @property
    def name(self) -> str: ...

    @property
    def risks(self) -> Collection[Risk]: ...


_One = TypeVar("_One", bound=Sampled)


def weight(risks: Collection[Risk]) -> int:
    return 1 + sum(WEIGHTS[risk] for risk in set(risks))


def drawn(rows: Iterable[_One], *, size: int, seed: int) -> list[_One]:
    """Return at most `size` of the rows, those with the largest keys first."""
    return nlargest(size, rows, key=lambda one: (_key(one, seed), one.name))


def _key(one: Sampled, seed: int) -> float:
    digest = sha256(f"{seed}:{one.name}".encode()).digest()
    share = ((int.from_bytes(digest[:8], "big") >> (64 - _KEY_BITS)) + 0.5) / 2**_KEY_BITS
    return log(share) / weight(one.risks)
