"""What is wrong with the lines of a file, in words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from complaints.csv_lines import FaultyLinesError


def in_words(refusal: FaultyLinesError, meanings: Mapping[str, Promise]) -> list[str]:
    """
    Return a line for each fault that is told of, and how many more there are.

    meanings  of what a fault can be
    """
    told = [
        _("Line %(n)d: %(why)s") % {"n": one.line, "why": meanings[one.why]}
        for one in refusal.faults
    ]
    more = refusal.count - len(refusal.faults)
    return [*told, _("and %(n)d more lines") % {"n": more}] if more else told
