"""
The rows of a sheet, one after the other, whatever else stands in it.

openpyxl makes what is missing before a row and a cell, however far off a workbook says they are,
and keeps each element until its row, or the whole sheet, is at its end.
"""

from collections import deque
from collections.abc import Iterator
from typing import Any, Final

from openpyxl.worksheet._reader import ROW_TAG, WorkSheetParser

from complaints.imports.xml_pieces import Elements

LAST_ROW: Final = 1_048_576  # of Excel


class Sheet:
    def __init__(self, book: Any, part: str, strings: Any) -> None:
        """
        Take a sheet of a workbook that openpyxl has opened, which stays open.

        part     what it is called in the archive
        strings  of the workbook, by their numbers
        """
        self._book, self._part, self._strings = book, part, strings

    def rows(self, *, widest: int) -> Iterator[tuple[int, list[Any]]]:
        """
        Yield the number of each row that has cells, and their values up to its last one.

        A row that stands after a later one is left out.

        widest  columns that are looked at
        :raises ParseError, ValueError, LookupError: the sheet is damaged, or none of people
        """
        read, last = deque[tuple[int, list[Any]]](), 0
        reader = WorkSheetParser(
            None,
            self._strings,
            data_only=True,
            epoch=self._book.epoch,
            date_formats=self._book._date_formats,
            timedelta_formats=self._book._timedelta_formats,
        )

        def take(element: Any) -> None:
            number, cells = reader.parse_row(element)
            reader.row_dimensions.clear()  # heights, and what else a row has but its cells
            read.append((number, _values(cells, widest)))

        with self._book._archive.open(self._part) as source:
            elements = Elements(source, ROW_TAG, take)
            while elements.feed():
                while read:
                    number, values = read.popleft()
                    if number > LAST_ROW or elements.taken > LAST_ROW:
                        return
                    if number > last and values:
                        yield number, values
                    last = max(last, number)
            elements.close()


def _values(cells: list[dict[str, Any]], widest: int) -> list[Any]:
    told = {cell["column"]: cell["value"] for cell in cells if cell["value"] is not None}
    width = max((column for column in told if column <= widest), default=0)
    return [told.get(column) for column in range(1, width + 1)]
