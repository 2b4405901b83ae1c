"""Reckoning in calendar months (pure)."""

from datetime import date


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
