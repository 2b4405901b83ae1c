"""The middle of lengths of time as spans.spread tells it, asked of the database."""

from typing import Any, Final

from django.db import connection

from feedback.surveys.scores import Z
from heatmaps_project.supervision.boards.spans import Spread

ALL: Final = "all"  # the key of all lengths together
_REACH: Final = f"{Z} * sqrt(n) / 2"
# The length at a rank, from 1: the shortest up to which there are so many.
_AT: Final = "min({of}) FILTER (WHERE upto >= {rank})"
_RANKS: Final = {
    "low_middle": "(n - 1) / 2 + 1",
    "high_middle": "n / 2 + 1",
    "low": f"greatest(floor(n / 2.0::float8 - {_REACH})::int, 0) + 1",
    "high": f"least(ceil(n / 2.0::float8 + {_REACH})::int, n - 1) + 1",
    "nine": "ceil(0.9::float8 * n)::int",
}
# Each length once, with how many have it: many are alike, and fewer are put in order so.
_ASKED: Final = """
    SELECT key, n, ({low_middle} + {high_middle}) / 2, {low}, {high}, {nine}
    FROM (
        SELECT key, {of}, sum(alike) OVER (PARTITION BY key ORDER BY {of})::int AS upto,
            sum(alike) OVER (PARTITION BY key)::int AS n
        FROM (
            SELECT {key} AS key, {of}, sum({alike}) AS alike
            FROM ({rows}) AS lengths GROUP BY GROUPING SETS ({sets})
        ) AS once WHERE alike > 0
    ) AS ranked GROUP BY key, n
"""


def spreads(
    query: str, values: Any, *, of: str, by: str = "", alike: str = "1"
) -> dict[Any, Spread]:
    """
    Return the middle of a query's column of lengths: of ALL, and by another column.

    alike  the column that tells how many lengths a row stands for
    """
    ranks = {name: _AT.format(of=of, rank=rank) for name, rank in _RANKS.items()}
    key = f"CASE grouping({by}) WHEN 0 THEN ARRAY[{by}] END" if by else "NULL"
    sets = f"({of}), ({by}, {of})" if by else f"({of})"
    asked = _ASKED.format(rows=query, of=of, key=key, sets=sets, alike=alike, **ranks)
    with connection.cursor() as cursor:
        cursor.execute(asked, values)
        return {ALL if key is None else key[0]: Spread(*told) for key, *told in cursor.fetchall()}
