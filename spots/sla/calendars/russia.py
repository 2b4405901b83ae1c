"""
The working year of Russia as the law has it, out of the `holidays` library.

Holidays are those of article 112 of the Labour Code. The day that a decree moves a day off from
is worked as long as the day it moves it to would have been (order 588n of the Ministry of Health
and Social Development, 13.08.2009). The working day right before a holiday is an hour shorter
(article 95).
"""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from holidays.countries.russia import Russia

from spots.sla.calendars.filling import Proposal
from spots.sla.calendars.written import clock_spans
from spots.sla.hours import Span
from spots.sla.instants import MINUTE

HOUR = 60 * MINUTE
ONE_DAY = timedelta(days=1)

Week = tuple[tuple[Span, ...], ...]  # worked spans of seven days, Monday first


def transfers(year: int) -> dict[date, date]:
    """Return the days off that decrees made: each with the day that it was moved from."""
    moved = Russia(years=year).special_public_holidays.get(year, ())
    pairs = moved if not moved or isinstance(moved[0], tuple) else (moved,)
    return {date(year, *pair[:2]): date(year, *pair[2:]) for pair in pairs}


def days_off(year: int) -> set[date]:
    """Return all that is off by law: holidays, and what was moved from weekends and by decree."""
    return set(Russia(years=year))


def fixed(year: int) -> set[date]:
    """Return the holidays of article 112: those that come on the same date each year."""
    return Russia(years=year, observed=False).keys() - transfers(year).keys()


def proposals(year: int, week: Week) -> Iterator[Proposal]:
    """Yield the days of a year that are not as the week has them, by its hours."""
    language = "ru" if get_language() == "ru" else "en_US"
    named = Russia(years=year, language=language)
    moved = transfers(year)
    for day, name in named.items():
        yield Proposal(day, [], name)
    for to, origin in moved.items():
        # A day off that fell on a holiday was moved without making that holiday a working day.
        if origin not in named and week[to.weekday()]:
            name = _("Worked instead of %(day)s") % {"day": date_format(to, "j E")}
            yield Proposal(origin, clock_spans(_spans(to, week)), name)
    worked_instead = set(moved.values())
    for day in _eves(year):
        if day not in worked_instead and week[day.weekday()]:
            yield Proposal(day, clock_spans(_spans(day, week)), _("Eve of a holiday"))


def _eves(year: int) -> Iterator[date]:
    off = days_off(year)
    for holiday in fixed(year) | fixed(year + 1):
        eve = holiday - ONE_DAY
        if eve.year == year and eve not in off:
            yield eve


def _spans(day: date, week: Week) -> tuple[Span, ...]:
    """Return the hours of a day by its weekday, an hour less before a holiday."""
    spans, next_day = week[day.weekday()], day + ONE_DAY
    return _shorter(spans, HOUR) if next_day in fixed(next_day.year) else spans


def _shorter(spans: tuple[Span, ...], by: int) -> tuple[Span, ...]:
    """Return the spans without their last `by` microseconds; too short ones stay as they are."""
    left = list(spans)
    while left and by:
        opens, closes = left.pop()
        cut = min(by, closes - opens)
        by -= cut
        if closes - cut > opens:
            left.append((opens, closes - cut))
    return tuple(left) if left else spans
