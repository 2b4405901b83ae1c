"""Why nothing was taken of a file of lines, in words."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.csv_lines import FaultyLinesError, UnreadableFileError

_UNREADABLE: Final[Mapping[str, Promise]] = {
    "text": gettext_lazy("This is no text."),
    "csv": gettext_lazy("Line %(n)d is no CSV."),
    "columns": gettext_lazy("The first line names no column %(names)s."),
    "lines": gettext_lazy("The file has more than %(n)d lines: split it."),
    "ranges": gettext_lazy("There is no range of numbers in this file."),
}


def in_words(
    refusal: UnreadableFileError | FaultyLinesError, meanings: Mapping[str, Promise]
) -> list[str]:
    """
    Return why a file is refused as a whole, or a line for each fault that is told of and how many
    more there are.

    meanings  of what a fault can be
    """
    if isinstance(refusal, UnreadableFileError):
        return [str(_UNREADABLE[refusal.why]) % refusal.values]
    told = [
        _("Line %(n)d: %(why)s") % {"n": one.line, "why": meanings[one.why]}
        for one in refusal.faults
    ]
    more = refusal.count - len(refusal.faults)
    return [*told, _("and %(n)d more lines") % {"n": more}] if more else told
