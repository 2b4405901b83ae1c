"""Reckoning in calendar months, and saying days of them."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _


def shifted(month: date, by: int) -> date:
    """Return the first day of the month so many months later, or, below 0, earlier."""
    number = month.year * 12 + month.month - 1 + by
    return date(number // 12, number % 12 + 1, 1)


def named(text: str) -> date:
    """
    Return the first day of a month that is written 2026-03.

    :raises ValueError: there is none such, or not between 2000 and 2100
    """
    year, _dash, month = text.partition("-")
    found = date(int(year), int(month), 1)
    if not 2000 <= found.year <= 2100:
        raise ValueError("a month far away")
    return found


def short_day(day: date) -> str:
    """Return a day of the year as there is room for below a chart, such as 1 Jul."""
    return date_format(day, _("j M"))
