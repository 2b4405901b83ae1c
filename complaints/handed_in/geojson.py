"""
GeoJSON files feature by feature: neither a large file nor a deep one is ever held as a whole.

ijson reads piece by piece, too, but pays for brackets in brackets: 20,000 of them cost it 1 GB.
"""

import codecs
import json
import re
from collections.abc import Iterator
from typing import IO, Any, Final, NoReturn

from django.utils.translation import gettext as _

from complaints.handed_in.files import UnusableFileError

MB: Final = 1024 * 1024
_READ: Final = 64 * 1024
_GAP: Final = " \t\r\n"
_CUT: Final = 16  # characters from the end within which text that breaks off may look wrong
_HALF: Final = re.compile(r"\\u[dD][89a-fA-F]")  # of a letter in two, the other half may be missing


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON.")


_decoded: Final = json.JSONDecoder(parse_constant=_no_number).raw_decode


class Features:
    """
    The features of a file, once through, whatever they are: an object, a list, a number.

    longest  MB that one of them may have
    crs      what the file says of its coordinate system, when it has been read; None: nothing
    """

    def __init__(self, file: IO[bytes], *, longest: int) -> None:
        self.crs: Any = None
        self._file, self._longest = file, longest
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._buffer = ""
        self._number = 0  # of the feature that is read

    def __iter__(self) -> Iterator[Any]:
        """:raises UnusableFileError: this is no GeoJSON, or cannot be read from here on"""
        found = False
        self._step("{")
        for _member in self._each("}"):
            name = self._value()
            self._step(":")
            if name == "features" and not found:
                found = True
                self._step("[")
                for _feature in self._each("]"):
                    self._number += 1
                    yield self._value()
            elif name == "crs":
                self.crs = self._value()
            else:
                self._value()
        if not found or self._peek():
            raise self._damaged()

    def _each(self, closing: str) -> Iterator[None]:
        """Stop before each member of what was opened, and step over its end."""
        if self._peek() == closing:
            self._step(closing)
            return
        while True:
            yield
            if self._step("," + closing) == closing:
                return

    def _step(self, allowed: str) -> str:
        """Step over one of these characters, and return it."""
        letter = self._peek()
        if not letter or letter not in allowed:
            raise self._damaged()
        self._buffer = self._buffer[1:]
        return letter

    def _peek(self) -> str:
        """Return the next character that tells something; "": the file ends."""
        self._buffer = self._buffer.lstrip(_GAP)
        while not self._buffer and self._more():
            self._buffer = self._buffer.lstrip(_GAP)
        return self._buffer[:1]

    def _value(self) -> Any:
        self._peek()
        while True:
            try:
                value, end = _decoded(self._buffer)
            except RecursionError:
                raise self._damaged(_("Feature %(n)d is nested too deeply.")) from None
            except ValueError as error:
                self._read_on(error)
            else:
                if end < len(self._buffer) or not self._more():
                    return self._taken(value, end)

    def _read_on(self, error: ValueError) -> None:
        """:raises UnusableFileError: what cannot be read is not only not read to its end yet"""
        cut = isinstance(error, json.JSONDecodeError) and (
            error.msg.startswith("Unterminated") or error.pos > len(self._buffer) - _CUT
        )
        if cut and len(self._buffer) > self._longest * MB:
            raise self._damaged(_("Feature %(n)d is longer than %(mb)d MB."))
        if not cut or not self._more():
            raise self._damaged()

    def _taken(self, value: Any, end: int) -> Any:
        text, self._buffer = self._buffer[:end], self._buffer[end:]
        if _HALF.search(text):
            value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
        return value

    def _more(self) -> bool:
        """Read on. False: the file ends."""
        read = self._file.read(max(_READ, len(self._buffer)))
        try:
            self._buffer += self._decoder.decode(read, final=not read)
        except UnicodeDecodeError:
            raise UnusableFileError(_("GeoJSON has to be written in UTF-8.")) from None
        return bool(read)

    def _damaged(self, words: str = "") -> UnusableFileError:
        if not self._number:
            return UnusableFileError(_("This is no GeoJSON with features."))
        words = words or _("The file is damaged or cut off at feature %(n)d.")
        return UnusableFileError(words % {"n": self._number, "mb": self._longest})
