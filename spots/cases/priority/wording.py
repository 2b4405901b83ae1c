"""The parts of a priority (formula.py) as people would say them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from spots.cases.priority import formula
from spots.cases.priority.formula import Facts
from spots.cases.wording import number, span


@dataclass(frozen=True)
class Bar:
    """A part of a priority, to be drawn: words, signed points, length in percent of the longest."""

    words: str
    points: str
    percent: int
    lowers: bool
    belongs: bool  # says more of the part before it


def bars_of(parts: Sequence[Sequence[Any]], facts: Facts) -> list[Bar]:
    """Return the stored parts of a priority as lines of a drawing."""
    longest = max((abs(points) for _code, _value, points in parts), default=0) or 1
    return [
        Bar(
            words=part_in_words(code, value, facts),
            points=signed(points),
            percent=round(100 * abs(points) / longest),
            lowers=points < 0,
            belongs=code.startswith(formula.SEGMENT),
        )
        for code, value, points in parts
    ]


def signed(points: float) -> str:
    """Return points with their sign, 0 without."""
    rounded = round(points, 1)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
    return sign + number(abs(rounded))


def part_in_words(code: str, value: float, facts: Facts) -> str:
    """Return a part as people would say it; `facts` are the case's at that time."""
    if code.startswith(formula.SEGMENT):
        return _segment(int(value), code.removeprefix(formula.SEGMENT))
    return _WORDS[code](value, facts)


def _segment(count: int, segment: str) -> str:
    words = ngettext(
        "%(n)d of them in segment “%(segment)s”",
        "%(n)d of them in segment “%(segment)s”",
        count,
    )
    return words % {"n": count, "segment": segment or pgettext("segment", "none")}


def _customers(value: float, facts: Facts) -> str:
    count = int(value)
    words = ngettext("%(n)d customer", "%(n)d customers", count) % {"n": count}
    return f"{words} ({_unproven(facts.unproven)})" if facts.unproven else words


def _unproven(count: int) -> str:
    words = ngettext(
        "without %(n)d whom only a form or a letter names",
        "without %(n)d whom only a form or a letter names",
        count,
    )
    return words % {"n": count}


def _share(value: float, facts: Facts) -> str:
    words = ngettext(
        "%(share)s %% of %(n)s subscriber here",
        "%(share)s %% of %(n)s subscribers here",
        facts.subscribers,
    )
    return words % {"share": number(100 * value), "n": number(facts.subscribers)}


def _again(value: float, _facts: Facts) -> str:
    count = int(value)
    words = ngettext("%(n)d customer complained again", "%(n)d customers complained again", count)
    return words % {"n": count}


def _growth(value: float, _facts: Facts) -> str:
    count = int(value)
    words = ngettext(
        "%(n)d new customer in the last hour", "%(n)d new customers in the last hour", count
    )
    return words % {"n": count}


def _places(_value: float, facts: Facts) -> str:
    names = ", ".join(name for name, _weight in facts.places)
    return _("reaches important places: %(names)s") % {"names": names}


def _unhappy(value: float, _facts: Facts) -> str:
    count = int(value)
    words = ngettext(
        "%(n)d customer was not content with the fix",
        "%(n)d customers were not content with the fix",
        count,
    )
    return words % {"n": count}


_WORDS: dict[str, Callable[[float, Facts], str]] = {
    formula.CUSTOMERS: _customers,
    formula.SHARE: _share,
    formula.SEVERITY: lambda value, _facts: (
        _("severity of the topic: %(n)s of 5") % {"n": number(value)}
    ),
    formula.LTV: lambda value, _facts: (
        _("lifetime value of the customers: %(n)s") % {"n": number(int(value))}
    ),
    formula.AGAIN: _again,
    formula.GROWTH: _growth,
    formula.AGE: lambda value, _facts: (
        _("first complaint %(span)s ago") % {"span": span(timedelta(hours=value))}
    ),
    formula.PLACES: _places,
    formula.UNHAPPY: _unhappy,
    formula.CHURN: lambda value, _facts: (
        _("likely to leave: about %(n)s of the customers") % {"n": number(value)}
    ),
    formula.DEBT: lambda value, _facts: (
        _("overdue debt of the customers: %(n)s") % {"n": number(int(value))}
    ),
}
