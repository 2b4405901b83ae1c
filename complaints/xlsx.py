"""
A workbook of one sheet, written as its rows come (pure): sent at once, in memory that never grows.

A library that writes workbooks ends the whole before its first byte can be sent, and takes ten
times as long. Cells are numbers and inline texts (ECMA-376, part 1, 18.3.1.4); a reader needs no
more of a table.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

Cell = str | int | float | None

_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OF: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_TYPES: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS: Final = {
    "[Content_Types].xml": f"""{_HEAD}<Types xmlns="{_PACKAGE}/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPES}.worksheet+xml"/>
</Types>""",
    "_rels/.rels": f"""{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">
<Relationship Id="rId1" Type="{_OF}/officeDocument" Target="xl/workbook.xml"/></Relationships>""",
    "xl/workbook.xml": f"""{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OF}">
<sheets><sheet name="Sheet" sheetId="1" r:id="rId1"/></sheets></workbook>""",
    "xl/_rels/workbook.xml.rels": f"""{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">
<Relationship Id="rId1" Type="{_OF}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>""",
}
_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_AT_ONCE: Final = 65_536  # bytes


class _Sink:
    """What was written to it since it was last emptied; it cannot be sought in."""

    def __init__(self) -> None:
        self.held = bytearray()

    def write(self, data: bytes) -> int:
        self.held += data
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing is to be freed."""

    def emptied(self) -> bytes:
        held, self.held = bytes(self.held), bytearray()
        return held


def streamed(lines: Iterable[Iterable[Cell]]) -> Iterator[bytes]:
    """Yield the bytes of a workbook, line by line of cells; what XML has not is left out."""
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_DEFLATED, compresslevel=1) as book:
        for name, text in _PARTS.items():
            book.writestr(name, text)
        yield sink.emptied()
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
            for line in lines:
                sheet.write(f"<row>{''.join(map(_cell, line))}</row>".encode())
                if len(sink.held) > _AT_ONCE:
                    yield sink.emptied()
            sheet.write(b"</sheetData></worksheet>")
    yield sink.emptied()


def _cell(value: Cell) -> str:
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, str):
        text = escape(_NOT_IN_XML.sub("", value))
        return f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    return f"<c><v>{value}</v></c>"
