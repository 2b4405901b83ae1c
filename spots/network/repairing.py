"""
Areas whose lines cross, made valid. Pure.

Whoever draws an area chooses how often its lines cross: five hundred corners, 8 KB, may cross
forty thousand times, and to sort out what lies within takes minutes of a core, or hours. So it is
counted first, which costs little, and what crosses too often is left as it is.
"""

from typing import Any, Final

import numpy as np
import shapely

# That other lines cross a line, or end on it, of all lines together and for each more: parts of a
# grid whose cells differ in size touch so a few times each.
CROSSINGS: Final = 20_000
CROSSINGS_OF_A_LINE: Final = 4
# Those that share a corner with it are many where squares lie side by side: they cost less.
MEETINGS_OF_A_LINE: Final = 64
_AT_ONCE: Final = 8  # lines: whatever they meet is held in memory


def repaired(shape: Any) -> Any | None:
    """
    Return an area as one without crossing lines: what lies within any part of it.

    None: its lines cross too often.
    """
    if _crosses_too_often(shape):
        return None
    return shapely.make_valid(shape, method="structure", keep_collapsed=False)


def _crosses_too_often(shape: Any) -> bool:
    corners, ring = shapely.get_coordinates(
        shapely.get_rings(shapely.get_parts(shape)), return_index=True
    )
    is_line = ring[1:] == ring[:-1]
    begin, end = corners[:-1][is_line], corners[1:][is_line]
    lines = shapely.linestrings(np.stack([begin, end], axis=1))
    tree = shapely.STRtree(lines)
    crossings = CROSSINGS + CROSSINGS_OF_A_LINE * len(lines)
    meetings = CROSSINGS + MEETINGS_OF_A_LINE * len(lines)
    for first in range(0, len(lines), _AT_ONCE):
        one, other = tree.query(lines[first : first + _AT_ONCE], predicate="intersects")
        one = one + first
        meetings -= len(one)
        if meetings < 0:
            return True
        share = np.zeros(len(one), dtype=np.bool_)
        for mine in (begin[one], end[one]):
            for theirs in (begin[other], end[other]):
                share |= (mine == theirs).all(axis=1)
        crossings -= int(np.count_nonzero(~share))
        if crossings < 0:
            return True
    return False
