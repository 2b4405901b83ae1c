"""
What an agent says to a caller, in Russian and English. Pure: no Django, no clock of its own.

A term that has passed is never said, and a time to wait is rounded up: a caller may be served
sooner than told, not later.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
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


class Part(StrEnum):
    """The sentences that what is said is made of: one of a Kind, and those that follow it."""

    UNSURE = "unsure"
    WORKING = "working"
    OUTAGE = "outage"
    WORKS = "works"
    FIXED = "fixed"
    NEAR = "near"
    NO_COVERAGE = "no_coverage"
    WORKS_SOON = "works_soon"
    OUTDOORS_ONLY = "outdoors_only"
    NOTHING = "nothing"
    TERM = "term"
    WORKS_TERM = "works_term"
    NO_TERM = "no_term"
    TERM_PASSED = "term_passed"
    CAUSE = "cause"
    TRY_AGAIN = "try_again"


# What stands in braces is filled in; each part takes no other.
BLANKS: Final[dict[str, str]] = {
    Part.FIXED: "ago",
    Part.WORKS_SOON: "wait",
    Part.TERM: "wait",
    Part.WORKS_TERM: "wait",
    Part.CAUSE: "cause",
}
_BLANK: Final = re.compile(r"\{(wait|ago|cause)\}")


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


def sentence(
    situation: Situation,
    *,
    language: Language,
    now: datetime,
    own: bool = False,
    words: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """
    Return what to say: one to four short sentences, never empty.

    own    customers read it themselves: nobody says it to them
    words  a brand's own, by part, in this language and for this reader; else the built-in ones
    """
    speech = SPEECH[language]
    said = {**built_in(language, own=own), **words}
    names = [situation.kind.value]
    if situation.kind in _HAVE_TERM:
        names.append(_term(situation, now))
    cause = (situation.cause or {}).get(language, "").strip().rstrip(".")
    if cause:
        names.append("cause")
    if situation.kind is Kind.FIXED:
        names.append("try_again")
    filled = {
        "wait": speech.wait((situation.until or situation.at or now) - now),
        "ago": speech.ago(now - (situation.at or now)),
        "cause": cause,
    }
    return _BLANK.sub(lambda blank: filled[blank[1]], " ".join(said[name] for name in names))


def built_in(language: Language, *, own: bool) -> dict[str, str]:
    """The words of a language by part, as they are without a brand's own."""
    speech = SPEECH[language]
    return speech.sentences | (speech.own if own else {})


def wrong_blanks(part: str, text: str) -> list[str]:
    """What stands in braces in a part's text though it cannot be filled in there."""
    return [found for found in re.findall(r"\{.*?\}|[{}]", text) if found != _blank_of(part)]


def _blank_of(part: str) -> str:
    return f"{{{BLANKS[part]}}}" if part in BLANKS else ""


def examples(now: datetime) -> Iterator[Situation]:
    """Yield every situation that there is something to say about, each with each kind of term."""
    soon, gone = now + timedelta(hours=3), now - timedelta(hours=1)
    cause = {"ru": "авария электропитания", "en": "a power failure"}
    for kind in Kind:
        if kind in _HAVE_TERM:
            yield from (Situation(kind, until=until) for until in (soon, None, gone))
        else:
            yield Situation(kind, at=soon if kind is Kind.WORKS_SOON else gone)
    yield Situation(Kind.WORKING, until=soon, cause=cause)


def _term(situation: Situation, now: datetime) -> str:
    """Name the sentence about the term."""
    if situation.until is None:
        return "no_term"
    if situation.until <= now:
        return "term_passed"
    return "works_term" if situation.kind is Kind.WORKS else "term"
