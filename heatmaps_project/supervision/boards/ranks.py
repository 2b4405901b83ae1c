"""The middle of lengths of time as spans.spread tells it, asked of the database."""

from typing import Any, Final

from django.db import connection

from feedback.surveys.scores import Z
from heatmaps_project.supervision.boards.spans import Spread

ALL: Final = "all"  # the key of all lengths together
_REACH: Final = f"{Z} * sqrt(n) / 2"
# By their ranks, from 1; each once, whatever is told of them.
_ASKED: Final = f"""
    SELECT key, n, (told[(n - 1) / 2 + 1] + told[n / 2 + 1]) / 2,
        told[greatest(floor(n / 2.0::float8 - {_REACH})::int, 0) + 1],
        told[least(ceil(n / 2.0::float8 + {_REACH})::int, n - 1) + 1],
        told[ceil(0.9::float8 * n)::int]
    FROM (
        SELECT {{key}}, count(*)::int AS n, array_agg({{of}} ORDER BY {{of}}) AS told
        FROM ({{rows}}) AS lengths GROUP BY GROUPING SETS ({{sets}})
    ) AS ranked WHERE n > 0
"""


def spreads(query: str, values: Any, *, of: str, by: str = "") -> dict[Any, Spread]:
    """Return the middle of a query's column of lengths: of ALL, and by another column."""
    key = f"CASE grouping({by}) WHEN 0 THEN ARRAY[{by}] END" if by else "NULL"
    sets = f"(), ({by})" if by else "()"
    with connection.cursor() as cursor:
        cursor.execute(_ASKED.format(rows=query, of=of, key=f"{key} AS key", sets=sets), values)
        return {ALL if key is None else key[0]: Spread(*told) for key, *told in cursor.fetchall()}
