"""
How many calls will come in each half-hour of a day, and how wrong that was of late (pure).

A day's calls are a sequence of HALVES numbers. A forecast is the median of the last LOOKS same
weekdays, half-hour by half-hour, carried on by the growth of the last four weeks: one day of
outages moves no median.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Final

HALVES: Final = 48
LOOKS: Final = 4  # same weekdays that are looked at
FEWEST: Final = 2  # of them without which nothing is said
_HALF: Final = 14  # days: the last so many are compared with the so many before
_FEWEST_PAIRS: Final = 7
_MOST_GROWTH: Final = 2.0  # in two weeks; more is a change of what is counted

Day = Sequence[float]
Known = Mapping[date, Day]


@dataclass(frozen=True)
class Error:
    """
    How wrong forecasts were.

    n        half-hours with calls that were forecast
    percent  the mean of their percentage errors (MAPE); None: there were none
    """

    n: int
    percent: float | None


@dataclass(frozen=True)
class Errors:
    by_half: Sequence[Error]
    overall: Error
    weighted: float | None  # calls missed or too many, in percent of all calls (WAPE)


def forecast(known: Known, day: date) -> list[float] | None:
    """Return the calls to expect in each half-hour from the days before; None: too few known."""
    past = {one: calls for one, calls in known.items() if one < day}
    same = sorted((one for one in past if one.weekday() == day.weekday()), reverse=True)[:LOOKS]
    if len(same) < FEWEST:
        return None
    weeks = median((day - one).days for one in same) / 7
    carried = growth(past, max(past)) ** weeks
    return [carried * median(past[one][half] for one in same) for half in range(HALVES)]


def growth(known: Known, last: date) -> float:
    """Return by which factor calls grow in a week: the last two weeks against the two before."""
    pairs = [
        (sum(known[late]), sum(known[early]))
        for ago in range(_HALF)
        if (late := last - timedelta(days=ago)) in known
        and (early := late - timedelta(days=_HALF)) in known
    ]
    now, before = (sum(side) for side in zip(*pairs, strict=True)) if pairs else (0.0, 0.0)
    if len(pairs) < _FEWEST_PAIRS or not now or not before:
        return 1.0
    factor = min(max(now / before, 1 / _MOST_GROWTH), _MOST_GROWTH)
    return float(factor ** (7 / _HALF))


def errors(known: Known, days: Iterable[date]) -> Errors:
    """Forecast each of some known days from those before it alone, and compare."""
    shares: list[list[float]] = [[] for _ in range(HALVES)]
    missed = came = 0.0
    for day in days:
        expected = forecast(known, day)
        if expected is None:
            continue
        for half, (told, calls) in enumerate(zip(expected, known[day], strict=True)):
            missed += abs(told - calls)
            came += calls
            if calls:
                shares[half].append(abs(told - calls) / calls)
    every = [share for one in shares for share in one]
    weighted = 100 * missed / came if came else None
    return Errors([_error(one) for one in shares], _error(every), weighted)


def _error(shares: Sequence[float]) -> Error:
    return Error(len(shares), 100 * sum(shares) / len(shares) if shares else None)
