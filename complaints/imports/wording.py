"""Why a row is refused, in the words of whoever mends it."""

from collections.abc import Iterable, Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.imports.mapping import LABELS
from complaints.intake.sent import Refusal

_WORDS: Final[Mapping[str, Promise]] = {
    "missing": gettext_lazy("is missing"),
    "string_too_short": gettext_lazy("is missing"),
    "string_too_long": gettext_lazy("is too long"),
    "string_pattern_mismatch": gettext_lazy("has letters that cannot be taken"),
    "string_unicode": gettext_lazy("has letters that cannot be taken"),
    "enum": gettext_lazy("is none that we know"),
    "unknown": gettext_lazy("is none that we know"),
    "time": gettext_lazy("is no time written as was said"),
    "zone": gettext_lazy("is no time written as was said"),
    "too_old": gettext_lazy("is before the year 2000"),
    "in_the_future": gettext_lazy("is in the future"),
    "phone": gettext_lazy("is no phone number"),
    "email": gettext_lazy("is no e-mail address"),
    "no_customer": gettext_lazy("is missing, and so are phone and e-mail"),
    "no_place": gettext_lazy("is missing, and so is the point"),
    "float_parsing": gettext_lazy("is no number"),
    "decimal_parsing": gettext_lazy("is no number"),
    "finite_number": gettext_lazy("is no number"),
    "greater_than_equal": gettext_lazy("is too small"),
    "less_than_equal": gettext_lazy("is too large"),
    "decimal_max_places": gettext_lazy("has too many decimal places"),
    "decimal_max_digits": gettext_lazy("is too large"),
    "decimal_whole_digits": gettext_lazy("is too large"),
}


def said(refusals: Iterable[Refusal]) -> str:
    """Say why a row cannot be taken, in the reader's language."""
    return "; ".join(dict.fromkeys(_said(one) for one in refusals))


def _said(refusal: Refusal) -> str:
    if refusal.code == "cells":
        return _("it has another number of cells than there are columns")
    if refusal.code == "differs":
        return _("it was stored before, and what is stored differs")
    name = refusal.field.removeprefix("point.")
    label = LABELS.get(name, name)
    words = _WORDS.get(refusal.code, gettext_lazy("cannot be taken"))
    return f"{label} {words}"
