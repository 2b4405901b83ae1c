"""Spans of time, half open, in order and apart from each other (pure)."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple


class Span(NamedTuple):
    """From `begin` until, and without, `end`."""

    begin: datetime
    end: datetime


def inside(spans: Iterable[Span], whole: Span) -> list[Span]:
    """Return the parts of spans that are inside another."""
    cut = (Span(max(one.begin, whole.begin), min(one.end, whole.end)) for one in spans)
    return [one for one in cut if one.begin < one.end]


def between(spans: Iterable[Span], whole: Span) -> list[Span]:
    """Return what spans leave of another."""
    left, begin = [], whole.begin
    for one in inside(spans, whole):
        if begin < one.begin:
            left.append(Span(begin, one.begin))
        begin = one.end
    return [*left, Span(begin, whole.end)] if begin < whole.end else left


def joined(spans: Iterable[Span]) -> list[Span]:
    """Return spans with those that touch as one."""
    found: list[Span] = []
    for one in spans:
        if found and found[-1].end == one.begin:
            found[-1] = Span(found[-1].begin, one.end)
        else:
            found.append(one)
    return found
