"""
Elements of one name out of XML that is read piece by piece; of all else nothing is kept (pure).

Whoever writes the file decides what it is made of: a few kilobytes of a zip are gigabytes of empty
elements, each of which takes sixty bytes here, or one word that expat before 2.6 reads anew from
its beginning with each piece (CVE-2023-52425).
"""

from collections.abc import Callable
from typing import IO, Any, Final
from xml.etree.ElementTree import XMLPullParser

AT_ONCE: Final = 64 * 1024  # bytes
MOST_HELD: Final = 4 * 1024**2  # bytes of XML: of one element, or of one tag or remark
MOST_WITHIN: Final = 100_000  # elements of one: of the widest row of Excel they are half as many
MOST_BESIDE: Final = 1_000_000  # elements beside those that are wanted: a minute of reading
DEEPEST: Final = 100


class TooLargeError(ValueError):
    """A part, or one element of it, is larger than in a workbook of people."""


class Elements:
    def __init__(self, source: IO[bytes], name: str, take: Callable[[Any], None]) -> None:
        """
        Read XML from a file, which stays open.

        take  is given each element of this name when it has been read, and may keep nothing of it
        """
        self._source, self._name, self._take = source, name, take
        self.read = self.taken = 0  # bytes, and elements that were wanted
        # Remarks are asked for as signs of life alone.
        self._parser: Any = XMLPullParser(["start", "end", "comment", "pi"])
        self._open: list[Any] = []  # elements that have begun, the outermost first
        self._inside = 0  # how many there are when the one that is wanted ends; 0: outside of one
        self._within = self._held = 0  # elements of it, and bytes since the last was let go
        self._beside = 0  # elements that are none of them, nor within one

    def feed(self) -> bool:
        """
        Read a little more; False: it was all.

        :raises ParseError: it is no XML
        :raises TooLargeError: see there
        """
        piece = self._source.read(AT_ONCE)
        if not piece:
            return False
        self.read += len(piece)
        self._held += len(piece)
        self._parser.feed(piece)
        for event, node in self._parser.read_events():
            if event == "start":
                self._begin(node)
            elif event == "end":
                self._end(node)
            if not self._inside:
                self._held = 0
        if self._held > MOST_HELD:
            raise TooLargeError
        return True

    def close(self) -> None:
        """:raises ParseError: it was cut off"""
        self._parser.close()

    def _begin(self, node: Any) -> None:
        self._open.append(node)
        if self._inside:
            self._within += 1
        elif node.tag == self._name:
            self._inside, self._within = len(self._open), 0
        else:
            self._beside += 1
        if len(self._open) > DEEPEST or self._within > MOST_WITHIN or self._beside > MOST_BESIDE:
            raise TooLargeError

    def _end(self, node: Any) -> None:
        if len(self._open) == self._inside:
            self._take(node)
            self.taken += 1
            self._inside = 0
        self._open.pop()
        if self._open and not self._inside:
            self._open[-1].clear()  # of what has been read nothing stays
