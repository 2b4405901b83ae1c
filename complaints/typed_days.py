"""
Days and moments that people type into forms: of our time, or they are not taken.

The calendar of Python ends with the year 9999. A term at its edge is a moment beyond it by the
clock of a region further east: whatever tells of it fails, for everybody whom it is told to.
"""

from datetime import date
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2999


def of_our_time(day: date) -> None:
    """
    Check a day, or a moment by whatever clock.

    :raises ValidationError: it is of another time
    """
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        years = {"first": FIRST_YEAR, "last": LAST_YEAR}
        words = _("No such day: years go from %(first)d to %(last)d here.")
        raise ValidationError(words, "time", years)


class DayField(forms.DateField):
    default_validators = [of_our_time]


class MomentField(forms.DateTimeField):
    default_validators = [of_our_time]


def asked_in_our_time(field: Any, db_field: models.Field[Any, Any]) -> Any:
    """Return the field of an admin's form, which takes days and moments of our time alone."""
    if field is not None and isinstance(db_field, models.DateField):
        field.validators.append(of_our_time)
    return field
