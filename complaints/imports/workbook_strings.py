"""
The strings of a workbook, which its cells name by number: read as far as they are asked for.

openpyxl reads all of them first, each an object: 18 bytes of memory for each of a file that is
made for it. Here one takes its own bytes in UTF-8, and eight.
"""

from array import array
from functools import partial
from typing import IO, Any, Final
from xml.etree.ElementTree import XMLPullParser
from zipfile import ZipFile

from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.xml.constants import SHARED_STRINGS

MOST_UNPACKED: Final = 256 * 1024**2  # bytes of XML
MOST_AT_ONCE: Final = 8 * 1024**2  # bytes of XML that is read as a whole: styles, names of sheets
_AT_ONCE: Final = 64 * 1024  # bytes
_ONE: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}si"


class TooManyStringsError(ValueError):
    """There is more of them than a file of complaints has."""


class TooLargeError(ValueError):
    """A part that is read as a whole is larger than it is in a workbook of people."""


class Strings:
    """Numbered from 0, in the order of the file; what comes after the last that was asked waits."""

    def __init__(self, source: IO[bytes], *, longest: int) -> None:
        """
        Take the XML of the table, which stays open.

        longest  characters that are kept of each
        """
        self._source, self._longest, self._read = source, longest, 0
        self._parser: Any = XMLPullParser(["start", "end"])
        self._root: Any = None
        self._texts, self._ends = bytearray(), array("Q")

    def __getitem__(self, number: int) -> str:
        """
        :raises IndexError: there are not so many
        :raises TooManyStringsError: the table goes on for more than MOST_UNPACKED
        :raises ParseError: it is no XML
        """
        while number >= len(self._ends) and self._feed():
            pass
        begins = self._ends[number - 1] if number else 0
        return self._texts[begins : self._ends[number]].decode(errors="surrogatepass")

    def _feed(self) -> bool:
        """Read a little more; False: it was all."""
        piece = self._source.read(_AT_ONCE)
        if not piece:
            return False
        self._read += len(piece)
        if self._read > MOST_UNPACKED:
            raise TooManyStringsError
        self._parser.feed(piece)
        for event, node in self._parser.read_events():
            if self._root is None:
                self._root = node
            if event == "end" and node.tag == _ONE:
                text = Text.from_tree(node).content.replace("x005F_", "")[: self._longest]
                self._texts += text.encode(errors="surrogatepass")
                self._ends.append(len(self._texts))
                self._root.clear()  # of what has been read nothing stays
        return True


class Reader(ExcelReader):
    """Opens a workbook for reading, its strings as they are asked for."""

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


def _whole(archive: ZipFile, name: str) -> bytes:
    """:raises TooLargeError: it is larger than MOST_AT_ONCE"""
    with archive.open(name) as part:
        found = part.read(MOST_AT_ONCE + 1)
    if len(found) > MOST_AT_ONCE:
        raise TooLargeError
    return found
