"""Lines of CSV, and cells that a spreadsheet program must not take for formulas (pure)."""

import csv
import io
import re
from collections.abc import Iterable
from typing import Any, Final

MARK: Final = "'"
# What makes Excel and its like calculate, their full-width forms included.
_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?", re.ASCII)


def csv_line(cells: Iterable[Any]) -> str:
    """Return a line as Excel reads it by a double click: with semicolons, and its end."""
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerow(cells)
    return text.getvalue()


def inert(text: str) -> str:
    """Return a cell's text so that it is shown, not calculated. Plain numbers stay as they are."""
    if text.startswith(_STARTS) and not _NUMBER.fullmatch(text):
        return MARK + text
    return text


def restored(text: str) -> str:
    """Return what `inert` was given: for files that come back corrected."""
    if text.startswith(MARK) and text[1:].startswith(_STARTS):
        return text[1:]
    return text
