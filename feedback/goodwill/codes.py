"""The promo codes in a file, each once (pure)."""

import re
from typing import Final

from complaints.csv_lines import FaultyCellError, Line, each_once, lines_of

COLUMN: Final = "code"
MOST: Final = 100_000  # of one file
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{3,63}", re.ASCII)


def codes_of(content: bytes) -> dict[str, int]:
    """
    Return the codes of a file, each with the number of its line.

    :raises UnreadableFileError: it is none with a column of codes
    :raises FaultyLinesError: a line has no code, or one that was there before
    """
    return each_once(lines_of(content, (COLUMN,), most=MOST), _read)


def _read(line: Line) -> tuple[str, int]:
    code = line.cells.get(COLUMN, "")
    if not _CODE.fullmatch(code):
        raise FaultyCellError("not_a_code")
    return code, line.number
