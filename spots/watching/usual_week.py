"""A week as a baseline knows it, drawn: complaints an hour, beside those of the version before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, floor, log10
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.formats import number_format
from django.utils.translation import gettext as _

HOURS = 168
STEP = 5  # pixels an hour
LEFT, TOP, HEIGHT = 44, 10, 180  # of the plane that the curve is drawn in
RIGHT = LEFT + STEP * HOURS


@dataclass(frozen=True)
class Bar:
    """An hour of the week, to point at."""

    x: int
    words: str


def local(weekly: Sequence[float], *, zone: str, at: datetime) -> list[float]:
    """
    Return a week that begins on Monday 00:00 in a time zone.

    weekly  168 numbers by hour of the week from Monday 00:00 UTC
    at      whose offset counts, where clocks change; half hours are rounded
    """
    offset = at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    shift = round(offset / timedelta(hours=1)) % HOURS
    return [*weekly[HOURS - shift :], *weekly[: HOURS - shift]]


def chart(week: Sequence[float], before: Sequence[float]) -> dict[str, Any]:
    """
    Return what the template draws.

    week, before  168 numbers each, or none
    """
    if len(week) != HOURS:
        return {}
    before = before if len(before) == HOURS else ()
    step = _step(max(*week, *before))
    steps = max(1, ceil(max(*week, *before) / step - 1e-9))  # 0.3 / 0.1 is a little over 3
    top = step * steps
    decimals = max(0, -floor(log10(step)))

    def y(value: float) -> float:
        return round(TOP + HEIGHT * (1 - value / top), 1)

    return {
        "curve": _path([y(value) for value in week]),
        "before": _path([y(value) for value in before]),
        "bars": [Bar(LEFT + STEP * hour, _words(hour, week, before)) for hour in range(HOURS)],
        "ticks": [(y(step * i), _number(step * i, decimals)) for i in range(steps + 1)],
        "days": [(LEFT + STEP * 24 * day, WEEKDAYS_ABBR[day]) for day in range(7)],
        "left": LEFT,
        "right": RIGHT,
        "bottom": TOP + HEIGHT,
        "step": STEP,
        "top": TOP,
        "height": HEIGHT,
    }


def mean(week: Sequence[float]) -> float:
    return sum(week) / len(week) if week else 0.0


def rate(value: float) -> str:
    """Return complaints an hour as the reader writes them: the fewer, the more exactly."""
    return _number(value, 2 if value < 1 else 1 if value < 100 else 0)


def _number(value: float, decimals: int) -> str:
    shown: str = number_format(round(value, decimals), decimals, use_l10n=True, force_grouping=True)
    return shown


def busiest(week: Sequence[float]) -> str:
    """Return the hour of the week that brings most, in words."""
    return _hour(max(range(len(week)), key=week.__getitem__))


def _step(most: float) -> float:
    """Return 1, 2 or 5 times a power of ten, of which the highest number holds at most five."""
    if most <= 0:
        return 1.0
    power: float = 10 ** floor(log10(most / 5))
    return next(power * times for times in (1, 2, 5, 10) if power * times * 5 >= most)


def _path(heights: Sequence[float]) -> str:
    """Return stairs: each hour is as high as its number."""
    stairs = (f"V{height}H{LEFT + STEP * (hour + 1)}" for hour, height in enumerate(heights))
    return f"M{LEFT} {heights[0]}" + "".join(stairs) if heights else ""


def _words(hour: int, week: Sequence[float], before: Sequence[float]) -> str:
    said = {"hour": _hour(hour), "n": rate(week[hour])}
    if not before:
        return _("%(hour)s: %(n)s complaints an hour") % said
    said["before"] = rate(before[hour])
    return _("%(hour)s: %(n)s complaints an hour; %(before)s in the version before") % said


def _hour(hour: int) -> str:
    day, clock = divmod(hour, 24)
    return f"{WEEKDAYS[day]}, {clock:02}:00–{(clock + 1) % 24:02}:00"
