"""Days and months as there is room for them below a chart."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _


def short_day(day: date) -> str:
    """Return a day of the year with its month shortened: 1 Jul."""
    return date_format(day, _("j M"))


def short_month(day: date) -> str:
    """Return the month of a day shortened, with its year: Jul 2026."""
    return date_format(day, _("M Y"))
