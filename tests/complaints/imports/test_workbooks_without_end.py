"""Workbooks whose few kilobytes are gigabytes of what nobody writes in a workbook."""

import io
import time
import tracemalloc
import zipfile

import pytest
from openpyxl import Workbook
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

from complaints.imports import unpacking, xml_pieces

ROW = b'<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>'
STRING = b"<si><t>id</t></si>"
HEAD, FOOT = f'<worksheet xmlns="{SHEET_MAIN_NS}"><sheetData>'.encode(), b"</sheetData></worksheet>"
SST = f'<sst xmlns="{SHEET_MAIN_NS}">'.encode()
EMPTY = xml_pieces.MOST_WITHIN + 1


def workbook(*, sheet: bytes = HEAD + ROW + FOOT, strings: bytes = SST + STRING * 2) -> bytes:
    plain, made = io.BytesIO(), io.BytesIO()
    Workbook().save(plain)
    kind = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{SHARED_STRINGS}"/></Types>'
    with (
        zipfile.ZipFile(plain) as book,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as other,
    ):
        parts = {name: book.read(name) for name in book.namelist()}
        types = parts["[Content_Types].xml"].decode()
        parts["[Content_Types].xml"] = types.replace("</Types>", kind).encode()
        parts |= {"xl/worksheets/sheet1.xml": sheet, "xl/sharedStrings.xml": strings}
        for name, content in parts.items():
            other.writestr(name, content)
    return made.getvalue()


def rows(content: bytes) -> list[tuple[int, list[str]]]:
    return list(unpacking.opened("a.xlsx", io.BytesIO(content)).rows)


@pytest.mark.parametrize(
    "parts",
    [
        {"sheet": HEAD + ROW + b"<row>" + b"<c/>" * EMPTY + b"</row>" + FOOT},
        {"sheet": HEAD + ROW + b"<x>" * 200 + b"</x>" * 200 + FOOT},
        {"sheet": HEAD + ROW + b'<row x="' + b"a" * xml_pieces.MOST_HELD * 2 + b'"/>' + FOOT},
        {"sheet": HEAD + ROW + b"<!--" + b"a" * xml_pieces.MOST_HELD * 2 + b"-->" + FOOT},
        {"strings": SST + b"<si>" + b"<r/>" * EMPTY + b"</si>" + STRING * 2},
        {"strings": SST + b"<!--" + b"a" * xml_pieces.MOST_HELD * 2 + b"-->" + STRING * 2},
    ],
    ids=["cells of a row", "depth", "a word", "a remark", "pieces of a string", "before strings"],
)
def test_what_no_workbook_of_people_holds_is_refused_before_it_fills_the_memory(parts):
    content = workbook(**parts)
    assert len(content) < 30_000

    tracemalloc.start()
    began = time.process_time()
    with pytest.raises(unpacking.UnusableFileError):
        rows(content)
    assert time.process_time() - began < 10  # expat reads a word of 16 MB for half a minute
    assert tracemalloc.get_traced_memory()[1] < 60e6  # openpyxl: 80 bytes for each of four
    tracemalloc.stop()


def test_what_stands_beside_the_rows_is_not_kept_and_ends(monkeypatch):
    beside = b"<x/>" * 150_000
    content = workbook(sheet=HEAD + beside + ROW + ROW + beside + FOOT)

    tracemalloc.start()
    assert rows(content) == [(2, ["id", "id"])]
    assert tracemalloc.get_traced_memory()[1] < 20e6
    tracemalloc.stop()

    monkeypatch.setattr(xml_pieces, "MOST_BESIDE", 200_000)
    with pytest.raises(unpacking.UnusableFileError):
        rows(content)


def test_rows_that_stand_in_no_order_are_read_once_and_a_cut_sheet_is_damaged():
    cells = ROW.removeprefix(b"<row>")
    again = [b'<row r="%d">' % number + cells for number in (1, 5, 3, 5, 7)]
    sheet = HEAD + b"".join(again)

    assert rows(workbook(sheet=sheet + FOOT)) == [(5, ["id", "id"]), (7, ["id", "id"])]
    with pytest.raises(unpacking.UnusableFileError):
        rows(workbook(sheet=sheet))
