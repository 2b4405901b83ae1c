"""Lines of CSV, and cells that a spreadsheet program must not take for formulas (pure)."""

import csv
import io
import re
from collections.abc import Iterable
from typing import Any, Final

MARK: Final = "'"
# What makes Excel and its like calculate, their full-width forms included.
_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_PLAIN: Final = r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?"
_NUMBER: Final = re.compile(_PLAIN, re.ASCII)
_AFTER: Final = re.compile(
    rf"([,\t\r\n][ \"]*)(?=[=+\-@＝＋－＠])(?!{_PLAIN}[ \"]*(?:[,\t\r\n]|$))", re.ASCII
)
_MARKED_AFTER: Final = re.compile(rf"([,\t\r\n][ \"]*){MARK}(?=[=+\-@＝＋－＠])")


def csv_line(cells: Iterable[Any]) -> str:
    """Return a line as Excel reads it by a double click: with semicolons, and its end."""
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerow(map(_inert_where_commas_separate, cells))
    return text.getvalue()


def _inert_where_commas_separate(cell: Any) -> Any:
    """
    Return a cell of which no part is a formula in a program that takes commas or tabs for
    separators: within it they, and line breaks, begin other cells there, whatever quotes stand
    around.
    """
    return _AFTER.sub(rf"\1{MARK}", cell) if isinstance(cell, str) else cell


def inert(text: str) -> str:
    """Return a cell's text so that it is shown, not calculated. Plain numbers stay as they are."""
    if text.startswith(_STARTS) and not _NUMBER.fullmatch(text):
        return MARK + text
    return text


def restored(text: str) -> str:
    """Return what `inert` and `csv_line` were given: for files that come back corrected."""
    text = _MARKED_AFTER.sub(r"\1", text)
    if text.startswith(MARK) and text[1:].startswith(_STARTS):
        return text[1:]
    return text
