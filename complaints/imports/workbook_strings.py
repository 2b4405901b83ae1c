"""
The strings of a workbook, which its cells name by number: read as far as they are asked for.

openpyxl reads all of them first, each an object: 18 bytes of memory for each of a file that is
made for it. Here one takes its own bytes in UTF-8, and eight.
"""

from array import array
from functools import partial
from typing import IO, Any, Final
from zipfile import ZipFile

from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.xml.constants import SHARED_STRINGS

from complaints.imports.workbook_rows import Sheet
from complaints.imports.xml_pieces import Elements, TooLargeError

MOST_UNPACKED: Final = 256 * 1024**2  # bytes of XML
MOST_AT_ONCE: Final = 8 * 1024**2  # bytes of XML that is read as a whole: styles, names of sheets
_ONE: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}si"


class TooManyStringsError(ValueError):
    """There is more of them than a file of complaints has."""


class Strings:
    """Numbered from 0, in the order of the file; what comes after the last that was asked waits."""

    def __init__(self, source: IO[bytes], *, longest: int) -> None:
        """
        Take the XML of the table, which stays open.

        longest  characters that are kept of each
        """
        self._elements, self._longest = Elements(source, _ONE, self._keep), longest
        self._texts, self._ends = bytearray(), array("Q")

    def __getitem__(self, number: int) -> str:
        """
        :raises IndexError: there are not so many
        :raises TooManyStringsError: the table goes on for more than MOST_UNPACKED
        :raises TooLargeError: one of them is no string of people
        :raises ParseError: it is no XML
        """
        while number >= len(self._ends) and self._elements.feed():
            if self._elements.read > MOST_UNPACKED:
                raise TooManyStringsError
        begins = self._ends[number - 1] if number else 0
        return self._texts[begins : self._ends[number]].decode(errors="surrogatepass")

    def _keep(self, node: Any) -> None:
        text = Text.from_tree(node).content.replace("x005F_", "")[: self._longest]
        self._texts += text.encode(errors="surrogatepass")
        self._ends.append(len(self._texts))


class Reader(ExcelReader):
    """Opens a workbook for reading: its first sheet, and its strings as they are asked for."""

    sheet: Sheet | None = None

    def __init__(self, file: IO[bytes], *, longest: int) -> None:
        self._longest = longest
        super().__init__(file, read_only=True, data_only=True)
        # Whatever is not read piece by piece openpyxl asks for so: each byte takes ten.
        self.archive.read = partial(_whole, self.archive)

    def read_strings(self) -> None:
        part = self.package.find(SHARED_STRINGS)
        if part is not None:
            source = self.archive.open(part.PartName[1:])
            self.shared_strings = Strings(source, longest=self._longest)

    def read_worksheets(self) -> None:
        """Find the first; openpyxl looks into each, and reads sheets of charts as a whole."""
        for _named, part in self.parser.find_sheets():
            if part.target in self.valid_files and "chartsheet" not in part.Type:
                self.sheet = Sheet(self.wb, part.target, self.shared_strings)
                return


def _whole(archive: ZipFile, name: str) -> bytes:
    """:raises TooLargeError: it is larger than MOST_AT_ONCE"""
    with archive.open(name) as part:
        found = part.read(MOST_AT_ONCE + 1)
    if len(found) > MOST_AT_ONCE:
        raise TooLargeError
    return found
