"""Reckoning in calendar months (pure)."""

from datetime import date


def shifted(month: date, by: int) -> date:
    """Return the first day of the month so many months later, or, below 0, earlier."""
    number = month.year * 12 + month.month - 1 + by
    return date(number // 12, number % 12 + 1, 1)
