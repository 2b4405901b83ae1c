"""The promo codes in a file, each once (pure)."""

import re
from typing import Final

from complaints.csv_lines import Fault, FaultyLinesError, lines_of

COLUMN: Final = "code"
MOST: Final = 100_000  # of one file
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{3,63}", re.ASCII)


def codes_of(content: bytes) -> dict[str, int]:
    """
    Return the codes of a file, each with the number of its line.

    :raises UnreadableFileError: it is none with a column of codes
    :raises FaultyLinesError: a line has no code, or one that was there before
    """
    found: dict[str, int] = {}
    faults = []
    for line in lines_of(content, (COLUMN,), most=MOST):
        code = line.cells.get(COLUMN, "")
        if not _CODE.fullmatch(code):
            faults.append(Fault(line.number, "not_a_code"))
        elif code in found:
            faults.append(Fault(line.number, "twice"))
        else:
            found[code] = line.number
    if faults:
        raise FaultyLinesError(faults)
    return found
