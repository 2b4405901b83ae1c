"""The complaints of the last days in memory: columns growing at one end, shrinking at the other."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spots.detection.arrivals import Arrivals, Bools, Floats, Ints

LEAST_ROOM = 1024
LEAST_IN_SQUARE = 8


class Window:
    """
    Complaints in order of reception, with what the baseline says of each.

    It holds no truth: the same rows, given again in the same order, make the same window.
    A row takes 63 bytes and its place in the grid 8, and both may have twice the room they need.

    square_m       side of the squares of the grid by which neighbours are found, metres
    most_of_place  complaints of one coordinate that count, the last received
    """

    def __init__(self, *, square_m: float, most_of_place: int) -> None:
        self._columns: dict[str, NDArray[Any]] = {
            "id": np.empty(LEAST_ROOM, np.int64),
            "customer": np.empty(LEAST_ROOM, np.int64),
            "coordinate": np.empty(LEAST_ROOM, np.int64),
            "occurred_h": np.empty(LEAST_ROOM),
            "received_h": np.empty(LEAST_ROOM),
            "east": np.empty(LEAST_ROOM),
            "north": np.empty(LEAST_ROOM),
            "topic": np.empty(LEAST_ROOM, np.int16),
            "zone": np.empty(LEAST_ROOM, np.int16),
            "placed": np.empty(LEAST_ROOM, np.bool_),
            "proven": np.empty(LEAST_ROOM, np.bool_),
            "scored": np.empty(LEAST_ROOM, np.bool_),  # both, and not on an attractor
        }
        self._from = self._to = 0
        self._dropped = 0  # rows there were before the first; the grid counts through them
        self._square_m, self._most_of_place = square_m, most_of_place
        self._squares: dict[tuple[int, int], _Square] = {}

    def __len__(self) -> int:
        return self._to - self._from

    def __getitem__(self, name: str) -> NDArray[Any]:
        """A column's rows: a view, good until rows are added or dropped."""
        return self._columns[name][self._from : self._to]

    def points(self, rows: Ints | slice = slice(None)) -> Floats:
        """Points (n, 2) of some rows, metres."""
        return np.column_stack([self["east"][rows], self["north"][rows]])

    def add(self, new: Arrivals, *, placed: Bools, scored: Bools, zone: Ints) -> None:
        """Append complaints received after all there are; `enlist` makes them neighbours."""
        self._make_room(len(new))
        self._write(
            slice(self._to, self._to + len(new)),
            {
                **{name: values for name, values in vars(new).items() if name in self._columns},
                "east": new.point[:, 0],
                "north": new.point[:, 1],
                "placed": placed,
                "zone": zone,
                "scored": scored,
            },
        )
        self._to += len(new)

    def drop_before(self, received_h: float) -> None:
        """Forget what was received earlier."""
        gone = int(np.searchsorted(self["received_h"], received_h))
        self._from += gone
        self._dropped += gone

    def reassess(self, *, scored: Bools, zone: Ints) -> None:
        """Replace what the baseline says of each row, and enlist what is scored by it."""
        self._write(slice(self._from, self._to), {"scored": scored, "zone": zone})
        self._squares.clear()
        self.enlist(np.flatnonzero(scored))

    def enlist(self, rows: Ints) -> None:
        """Let `near` find these rows, which it has not found before and which are scored."""
        square = np.floor(self.points(rows) / self._square_m).astype(np.int64)
        if len(rows) == 1:  # the usual case, and a quick one
            self._put(square[0], rows + self._dropped)
            return
        order = np.lexsort((rows, *square.T))
        square, number = square[order], rows[order] + self._dropped
        starts = np.flatnonzero(np.diff(square, axis=0, prepend=square[:1] - 1).any(axis=1))
        for start, part in zip(starts, np.split(number, starts)[1:], strict=True):
            self._put(square[start], part)

    def _put(self, square: Ints, numbers: Ints) -> None:
        column, line = square.tolist()
        in_square = self._squares.setdefault((column, line), _Square())
        in_square.extend(numbers, keep=self._that_count)

    def near(self, row: int, *, radius_m: float, since_h: float) -> tuple[Ints, Floats]:
        """
        Enlisted rows not farther from one of them, and how far away: the latest first.

        radius_m  at most `square_m`
        since_h   what occurred before it is left out
        """
        east, north = float(self["east"][row]), float(self["north"][row])
        column, line = int(east // self._square_m), int(north // self._square_m)
        around = [
            square.numbers
            for i in (column - 1, column, column + 1)
            for j in (line - 1, line, line + 1)
            if (square := self._squares.get((i, j)))
        ]
        rows = np.concatenate(around) - self._dropped
        rows = rows[rows >= 0]
        squared = (self["east"][rows] - east) ** 2 + (self["north"][rows] - north) ** 2
        chosen = squared <= radius_m**2
        rows, squared = rows[chosen], squared[chosen]
        chosen = self._counting(rows) & (self["occurred_h"][rows] >= since_h)
        rows, squared = rows[chosen], squared[chosen]
        order = np.argsort(-self["occurred_h"][rows], kind="stable")
        return rows[order], np.sqrt(squared[order])

    def _that_count(self, numbers: Ints) -> Ints:
        """Of a square's numbers those that are still in the window and may count."""
        rows = numbers[np.searchsorted(numbers, self._dropped) :] - self._dropped
        return rows[self._counting(rows)] + self._dropped

    def _counting(self, rows: Ints) -> Bools:
        """Which rows are among the last received of their coordinate."""
        if len(rows) <= self._most_of_place:
            return np.ones(len(rows), dtype=np.bool_)
        coordinate = self["coordinate"][rows]
        order = np.lexsort((-rows, coordinate))
        _, first, many = np.unique(coordinate[order], return_index=True, return_counts=True)
        rank = np.arange(len(rows)) - np.repeat(first, many)
        counting = np.empty(len(rows), dtype=np.bool_)
        counting[order] = rank < self._most_of_place
        return counting

    def _write(self, rows: slice, values: Mapping[str, NDArray[Any]]) -> None:
        for name, column in values.items():
            self._columns[name][rows] = column

    def _make_room(self, more: int) -> None:
        """Move the rows to the front, of longer columns if half of these would not do."""
        needed = len(self) + more
        room = len(self._columns["id"])
        if self._to + more <= room:
            return
        while room < 2 * needed:
            room *= 2
        for name, column in self._columns.items():
            moved = np.empty(room, column.dtype)
            moved[: len(self)] = self[name]
            self._columns[name] = moved
        self._from, self._to = 0, len(self)


class _Square:
    """Numbers of complaints in a square of the grid, in order of reception."""

    def __init__(self) -> None:
        self._room = np.empty(LEAST_IN_SQUARE, np.int64)
        self._many = 0

    @property
    def numbers(self) -> Ints:
        return self._room[: self._many]

    def extend(self, more: Ints, *, keep: Any) -> None:
        """Append numbers; where there is no room left, first let go of what `keep` leaves out."""
        if self._many + len(more) > len(self._room):
            kept = keep(np.concatenate([self.numbers, more]))
            self._room = np.empty(max(LEAST_IN_SQUARE, 2 * len(kept)), np.int64)
            self._many, more = 0, kept
        self._room[self._many : self._many + len(more)] = more
        self._many += len(more)
