"""
Rows out of a file of complaints, whatever its format: CSV, XLSX or GeoJSON, never all at once.

Every row comes as the line it stood in and its cells as text; a row that is no CSV comes as the
one cell that could be read, and is refused for that later.
"""

import codecs
import csv
import io
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, Final
from xml.etree.ElementTree import ParseError

from django.utils.translation import gettext as _
from openpyxl.cell.cell import ERROR_CODES

from complaints.handed_in.files import UnusableFileError
from complaints.handed_in.geojson import Features
from complaints.imports.models import LINE
from complaints.imports.workbook_rows import Sheet
from complaints.imports.workbook_strings import Reader
from complaints.intake.imports import REASON

CSV, XLSX, GEOJSON = "csv", "xlsx", "geojson"
SUFFIXES: Final = {
    ".csv": CSV,
    ".txt": CSV,
    ".tsv": CSV,
    ".xlsx": XLSX,
    ".geojson": GEOJSON,
    ".json": GEOJSON,
}
SAMPLE: Final = 256 * 1024  # bytes that tell how a text is written
MOST_ROWS: Final = 2_000_000
MOST_COLUMNS: Final = 200
MOST_CELL: Final = 20_000  # characters
MOST_UNPACKED: Final = 2 * 1024**3  # bytes of a workbook
LOOKED_AT: Final = 1000  # features whose properties name the columns
LONGEST_FEATURE: Final = 1  # MB
MOST_TITLES: Final = 10  # rows above the one that names the columns
OF_OURS: Final = [REASON, LINE]  # columns of a file of refused rows, before its own
WIDEST: Final = MOST_COLUMNS + len(OF_OURS) + 1

Cells = list[str]


@dataclass(frozen=True)
class Table:
    """A file that was opened: its columns, each named once, and its rows, once through."""

    header: list[str]
    rows: Iterator[tuple[int, Cells]]


def form_of(name: str) -> str:
    """:raises UnusableFileError: it is none of ours"""
    found = SUFFIXES.get(Path(name).suffix.lower())
    if found is None:
        raise UnusableFileError(_("Files are taken as .csv, .xlsx or .geojson."))
    return found


def opened(name: str, file: IO[bytes]) -> Table:
    """
    Open a file, which stays the caller's.

    :raises UnusableFileError: it cannot be read as what it is
    """
    reads = {CSV: _csv, XLSX: _xlsx, GEOJSON: _geojson}
    return reads[form_of(name)](file)


def _table(rows: Iterator[tuple[int, Cells]]) -> Table:
    """
    Take the first row for the names of the columns; a file of refused rows comes back.

    A title has one cell, and what tells Excel the separator is no row.
    """
    first = (cells for _line, cells in islice(rows, MOST_TITLES + 1))
    named = next((cells for cells in first if not _is_title(cells)), [])
    skip = len(OF_OURS) if named[:2] == OF_OURS else 0
    header = _names(named[skip:])
    if len(header) < 2 or len(header) > MOST_COLUMNS:
        raise UnusableFileError(
            _("The first line has to name the columns, at least two and at most %(n)d.")
            % {"n": MOST_COLUMNS}
        )
    return Table(header, ((line, cells[skip:]) for line, cells in rows))


def _is_title(cells: Cells) -> bool:
    told = [cell for cell in cells if cell.strip()]
    return len(told) < 2 or told[0].lower().startswith("sep=")


def _names(named: Iterable[str]) -> list[str]:
    """Return a name for each column, none twice."""
    header: list[str] = []
    for number, name in enumerate(named, 1):
        wanted = " ".join(name.split())[:100] or _("column %(n)d") % {"n": number}
        while wanted in header or wanted == LINE:
            wanted += "'"
        header.append(wanted)
    return header


# CSV


def _csv(file: IO[bytes]) -> Table:
    sample = file.read(SAMPLE)
    file.seek(0)
    if not sample.strip():
        raise UnusableFileError(_("The file is empty."))
    encoding = _encoding(sample)
    text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
    first = sample.decode(encoding, "replace").partition("\n")[0]
    if "\0" in first:
        raise UnusableFileError(_("This is no text."))
    return _table(_lines(csv.reader(_without_nul(text), delimiter=max(";,\t", key=first.count))))


def _encoding(sample: bytes) -> str:
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return "cp1251"
    return "utf-8-sig"


def _without_nul(lines: Iterable[str]) -> Iterator[str]:
    return (line.replace("\0", "\ufffd") for line in lines)


def _lines(reader: Any) -> Iterator[tuple[int, Cells]]:
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield reader.line_num, [_("This line is no CSV.")]
            continue
        if any(cells):
            yield reader.line_num, cells


# XLSX


def _xlsx(file: IO[bytes]) -> Table:
    try:
        with zipfile.ZipFile(file) as archive:
            size = sum(member.file_size for member in archive.infolist())
        if size > MOST_UNPACKED:
            raise UnusableFileError(_("The workbook is too large."))
        reader = Reader(file, longest=MOST_CELL)
        reader.read()
        if reader.sheet is None:
            raise LookupError
        rows = _sheet_rows(reader.sheet)
    except (zipfile.BadZipFile, LookupError, ValueError, OSError):
        raise UnusableFileError(_("This is no workbook of Excel.")) from None
    return _table(rows)


def _sheet_rows(sheet: Sheet) -> Iterator[tuple[int, Cells]]:
    width = 0
    for number, values in _sheet_values(sheet):
        cells = ["" if value in ERROR_CODES else _written(value) for value in values]
        if not any(cells):
            continue
        # Excel writes rows as long as what stands in them
        while not width and cells and not cells[-1]:
            cells.pop()
        if not width and not _is_title(cells):
            width = len(cells)
        yield number, (cells + [""] * width)[: max(width, 1)]


def _sheet_values(sheet: Sheet) -> Iterator[tuple[int, list[Any]]]:
    try:
        yield from sheet.rows(widest=WIDEST)
    except (ParseError, zipfile.BadZipFile, zlib.error, EOFError, LookupError, ValueError):
        raise UnusableFileError(_("The workbook is damaged.")) from None


def _written(value: Any) -> str:
    """Return a value of a file with types as a CSV would have it."""
    if value is None or isinstance(value, bool):
        return "" if value is None else str(int(value))
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)[:MOST_CELL]
    return str(value)[:MOST_CELL]


# GeoJSON


def _geojson(file: IO[bytes]) -> Table:
    features = iter(Features(file, longest=LONGEST_FEATURE))
    first = list(islice(features, LOOKED_AT))
    names = list(dict.fromkeys(name for one in first for name in _properties(one)))
    if not names:
        raise UnusableFileError(_("This is no GeoJSON with features."))
    columns = [*(name for name in names if name not in ("lon", "lat")), "lon", "lat"]
    every = enumerate(chain(first, features), 1)
    rows = ((number, _feature_cells(one, columns)) for number, one in every)
    return _table(chain([(0, columns)], rows))


def _properties(feature: Any) -> dict[str, Any]:
    told = feature.get("properties") if isinstance(feature, dict) else None
    return told if isinstance(told, dict) else {}


def _feature_cells(feature: Any, columns: list[str]) -> Cells:
    told = {**_properties(feature), **_point(feature)}
    return [_written(told.get(name)) for name in columns]


def _point(feature: Any) -> dict[str, Any]:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    place = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if not isinstance(place, list) or len(place) < 2 or isinstance(place[0], list):
        return {}
    return {"lon": place[0], "lat": place[1]}
