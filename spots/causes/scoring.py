"""
Which cause a spot likely has, from what is seen in the network and was decided before. Pure.

Each piece of evidence has a weight: how likely the cause is, were this all that is known. Several
for one cause add up as independent ones do: 1 - (1 - a)(1 - b)…
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import prod

OUTAGE, WORKS, BUILD, HOLE, PAST = "outage", "works", "build", "hole", "past"

SURE = {OUTAGE: 0.95, WORKS: 0.85, BUILD: 0.4}  # of an event that fits in time and place
OVER = 0.15  # an event that had ended before the first complaint
LATER = 0.3  # one that began clearly after it
OLD = 0.7  # one that had gone on for long without complaints
SHARED = 0.6  # several causes have the sign: it may be any of them
HOLE_FROM = 0.3  # share of complaints outside the coverage that is usual: nobody draws it exactly
HOLE_SURE = 0.8  # when all of them are
PAST_SURE = 0.35  # when all earlier spots of the topic had this cause
PAST_LEAST = 5  # earlier spots, below which they say nothing
LEAST = 0.1  # score below which nothing is suggested
MOST = 5  # suggestions

_AT_ONCE = timedelta(hours=2)
_SOON = timedelta(hours=6)


@dataclass(frozen=True)
class SeenCause:
    """A cause that may be suggested."""

    id: int
    code: str
    signs: frozenset[str]


@dataclass(frozen=True)
class SeenEvent:
    """An outage, works or a new build near the spot."""

    kind: str  # OUTAGE, WORKS or BUILD
    title: str
    starts_at: datetime
    ends_at: datetime | None
    share: float  # 0 … 1 of the complaints on its ground
    sites: tuple[str, ...] = ()  # codes; then its ground is what these serve
    cause: str = ""  # code, where the sender knows it


@dataclass(frozen=True)
class Situation:
    """All that is known around a spot."""

    started_at: datetime  # first complaint
    events: Sequence[SeenEvent] = ()
    # share of the complaints outside the coverage, by technology drawn around here
    outside: Mapping[str, float] = field(default_factory=dict)
    past: Mapping[int, int] = field(default_factory=dict)  # earlier spots of the topic, by cause


@dataclass(frozen=True)
class Evidence:
    """One thing that speaks for a cause."""

    sign: str
    weight: float  # 0 … 1
    event: SeenEvent | None = None
    technology: str = ""
    share: float = 0.0  # of the complaints, or of the earlier spots
    count: int = 0  # of the earlier spots


@dataclass(frozen=True)
class Suggestion:
    """A cause, how likely it is, and why: the strongest reason first."""

    cause_id: int
    score: float  # 0 … 1
    evidence: tuple[Evidence, ...]


def suggest(situation: Situation, causes: Sequence[SeenCause]) -> list[Suggestion]:
    """Return at most MOST causes, the likeliest first; equal ones in the order of `causes`."""
    found: dict[int, list[Evidence]] = {}
    for event in situation.events:
        weight = SURE[event.kind] * _fits(event, situation.started_at) * event.share
        evidence = Evidence(event.kind, weight, event=event, share=event.share)
        for cause, part in _speaks_for(event.kind, event.cause, causes):
            found.setdefault(cause.id, []).append(replace(evidence, weight=weight * part))
    for technology, share in _worst(situation.outside):
        weight = HOLE_SURE * (share - HOLE_FROM) / (1 - HOLE_FROM)
        evidence = Evidence(HOLE, weight, technology=technology, share=share)
        for cause, part in _speaks_for(HOLE, "", causes):
            found.setdefault(cause.id, []).append(replace(evidence, weight=weight * part))
    for cause, evidence in _decided(situation.past, causes):
        found.setdefault(cause.id, []).append(evidence)
    return _ranked(found, causes)


def _fits(event: SeenEvent, started_at: datetime) -> float:
    """How well an event's time explains complaints that began at `started_at`."""
    if event.ends_at is not None and event.ends_at < started_at:
        return OVER
    if event.starts_at > started_at + _AT_ONCE:
        return LATER
    return 1.0 if event.starts_at > started_at - _SOON else OLD


def _speaks_for(sign: str, code: str, causes: Sequence[SeenCause]) -> list[tuple[SeenCause, float]]:
    """Return the causes that a sign speaks for, and which part of its weight each gets."""
    named = [cause for cause in causes if code and cause.code == code]
    if named:
        return [(cause, 1.0) for cause in named]
    signed = [cause for cause in causes if sign in cause.signs]
    return [(cause, 1.0 if len(signed) == 1 else SHARED) for cause in signed]


def _worst(outside: Mapping[str, float]) -> list[tuple[str, float]]:
    """Return the technology that most complaints are outside of, if more than is usual are."""
    ranked = sorted(outside.items(), key=lambda item: (-item[1], item[0]))
    return [item for item in ranked[:1] if item[1] > HOLE_FROM]


def _decided(
    past: Mapping[int, int], causes: Sequence[SeenCause]
) -> Iterable[tuple[SeenCause, Evidence]]:
    count = sum(past.values())
    if count < PAST_LEAST:
        return
    for cause in causes:
        share = past.get(cause.id, 0) / count
        yield cause, Evidence(PAST, PAST_SURE * share, share=share, count=count)


def _ranked(
    found: Mapping[int, Sequence[Evidence]], causes: Sequence[SeenCause]
) -> list[Suggestion]:
    order = {cause.id: place for place, cause in enumerate(causes)}
    made = [
        Suggestion(
            cause_id=cause,
            score=1 - prod(1 - one.weight for one in pieces),
            evidence=tuple(
                sorted((one for one in pieces if one.weight > 0), key=lambda one: -one.weight)
            ),
        )
        for cause, pieces in found.items()
    ]
    made.sort(key=lambda one: (-one.score, order[one.cause_id]))
    return [one for one in made if one.score >= LEAST][:MOST]
