"""
Small CSV files that are taken as a whole or not at all: their lines, and what is wrong with which.

Excel's semicolons and commas, its byte order mark, UTF-8 and Windows-1251. Pure.
"""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, TypeVar

_Key = TypeVar("_Key")
_Told = TypeVar("_Told")

MOST_FAULTS: Final = 50  # that are told of one file
_MOST_COLUMNS: Final = 200  # that are looked at: each takes room in every line


class UnreadableFileError(Exception):
    """
    The file cannot be taken for what it should be.

    why     text (it is none), csv (a line is none), columns (some are missing), lines (there are
            too many), or what its reader has found
    values  what its words speak of
    """

    def __init__(self, why: str, **values: object) -> None:
        super().__init__(why)
        self.why, self.values = why, values


@dataclass(frozen=True)
class Line:
    number: int  # 1 is the header
    cells: dict[str, str]  # by the column's name


@dataclass(frozen=True)
class Fault:
    """What is wrong with a line."""

    line: int
    why: str


class FaultyCellError(Exception):
    """A line cannot be read; says which of its cells, or why."""


class FaultyLinesError(Exception):
    """Some lines cannot be taken: nothing is."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"{len(faults)} lines")
        self.faults = list(faults[:MOST_FAULTS])
        self.count = len(faults)


def lines_of(content: bytes, needed: Sequence[str], *, most: int) -> list[Line]:
    """
    Return the lines of a file that are not empty, their cells without spaces at the ends; what a
    line is too short for is empty.

    :raises UnreadableFileError: see there
    """
    text = _text(content)
    head = text.partition("\n")[0]
    rows = csv.reader(io.StringIO(text), delimiter=";" if ";" in head else ",", strict=True)
    try:
        names = [name.strip().lower() for name in next(rows, [])[:_MOST_COLUMNS]]
        if missing := [name for name in needed if name not in names]:
            raise UnreadableFileError("columns", names=", ".join(missing))
        said = (
            Line(rows.line_num, dict.fromkeys(names, "") | _cells(names, row))
            for row in rows
            if any(cell.strip() for cell in row)
        )
        lines = list(islice(said, most + 1))
    except csv.Error:
        raise UnreadableFileError("csv", n=rows.line_num) from None
    if len(lines) > most:
        raise UnreadableFileError("lines", n=most)
    return lines


def each_once(
    lines: Iterable[Line], read: Callable[[Line], tuple[_Key, _Told]]
) -> dict[_Key, _Told]:
    """
    Return what lines say, by what each of them speaks of.

    read  raises FaultyCellError for a line that says nothing

    :raises FaultyLinesError: some cannot be read, or speak of what another has spoken of
    """
    found: dict[_Key, _Told] = {}
    faults: list[Fault] = []
    for line in lines:
        try:
            key, told = read(line)
        except FaultyCellError as fault:
            faults.append(Fault(line.number, str(fault)))
            continue
        if key in found:
            faults.append(Fault(line.number, "twice"))
        found[key] = told
    if faults:
        raise FaultyLinesError(faults)
    return found


def _cells(names: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    return {name: cell.strip() for name, cell in zip(names, row, strict=False)}


def _text(content: bytes) -> str:
    if b"\0" in content:
        raise UnreadableFileError("text")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            return content.decode("cp1251")
        except UnicodeDecodeError:
            raise UnreadableFileError("text") from None
