"""
What an agent says to a caller, in Russian and English. Pure: no Django, no clock of its own.

A term that has passed is never said, and a time to wait is rounded up: a caller may be served
sooner than told, not later.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from heatmaps_project.desk.speech import ENGLISH, RUSSIAN, Language, Speech

SPEECH: Final[dict[Language, Speech]] = {"ru": RUSSIAN, "en": ENGLISH}


class Kind(StrEnum):
    """What there is to say about a place, the most telling first."""

    UNSURE = "unsure"  # only the town is known: nothing is said about an address
    WORKING = "working"  # a spot covers it and is worked on
    OUTAGE = "outage"  # monitoring knows of an outage over it
    WORKS = "works"  # announced works go on over it
    FIXED = "fixed"  # a spot that covers it was fixed within the last hours
    NEAR = "near"  # a spot near it is worked on
    NO_COVERAGE = "no_coverage"  # no technology should work there
    WORKS_SOON = "works_soon"  # announced works will start over it
    OUTDOORS_ONLY = "outdoors_only"  # none should work indoors there
    NOTHING = "nothing"  # known


@dataclass(frozen=True)
class Situation:
    """
    What is known at a caller's place. Times are aware.

    until   when it should be over; None: no term yet (WORKING, OUTAGE, WORKS, NEAR)
    at      when it was fixed (FIXED), or will start (WORKS_SOON)
    cause   in the customer's words, by language; empty: not known
    """

    kind: Kind
    until: datetime | None = None
    at: datetime | None = None
    cause: dict[str, str] | None = None


_HAVE_TERM: Final = frozenset({Kind.WORKING, Kind.OUTAGE, Kind.WORKS, Kind.NEAR})


def sentence(situation: Situation, *, language: Language, now: datetime, own: bool = False) -> str:
    """
    Return what to say: one to four short sentences, never empty.

    own  customers read it themselves: nobody says it to them
    """
    speech = SPEECH[language]
    said = speech.sentences | (speech.own if own else {})
    names = [situation.kind.value]
    if situation.kind in _HAVE_TERM:
        names.append(_term(situation, now))
    cause = (situation.cause or {}).get(language, "").strip().rstrip(".")
    if cause:
        names.append("cause")
    if situation.kind is Kind.FIXED:
        names.append("try_again")
    return " ".join(said[name] for name in names).format(
        wait=speech.wait((situation.until or situation.at or now) - now),
        ago=speech.ago(now - (situation.at or now)),
        cause=cause,
    )


def _term(situation: Situation, now: datetime) -> str:
    """Name the sentence about the term."""
    if situation.until is None:
        return "no_term"
    if situation.until <= now:
        return "term_passed"
    return "works_term" if situation.kind is Kind.WORKS else "term"
