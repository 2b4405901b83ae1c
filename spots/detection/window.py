"""The complaints of the last days in memory: columns growing at one end, shrinking at the other."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spots.detection.arrivals import Arrivals, Bools, Ints

LEAST_ROOM = 1024


class Window:
    """
    Complaints in order of reception, with what the baseline says of each.

    It holds no truth: the same rows, given again in the same order, make the same window.
    A row takes 62 bytes, and the columns may have twice the room they need.
    """

    def __init__(self) -> None:
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
            "scored": np.empty(LEAST_ROOM, np.bool_),  # placed, and not on an attractor
        }
        self._from = self._to = 0

    def __len__(self) -> int:
        return self._to - self._from

    def __getitem__(self, name: str) -> NDArray[Any]:
        """A column's rows: a view, good until rows are added or dropped."""
        return self._columns[name][self._from : self._to]

    def add(self, new: Arrivals, *, scored: Bools, zone: Ints) -> None:
        """Append complaints received after all there are."""
        self._make_room(len(new))
        self._write(
            slice(self._to, self._to + len(new)),
            {
                **{name: values for name, values in vars(new).items() if name in self._columns},
                "east": new.point[:, 0],
                "north": new.point[:, 1],
                "placed": new.placed,
                "zone": zone,
                "scored": scored,
            },
        )
        self._to += len(new)

    def drop_before(self, received_h: float) -> None:
        """Forget what was received earlier."""
        self._from += int(np.searchsorted(self["received_h"], received_h))

    def reassess(self, *, scored: Bools, zone: Ints) -> None:
        """Replace what the baseline says of each row."""
        self._write(slice(self._from, self._to), {"scored": scored, "zone": zone})

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
