"""Cases that were merged live on in others: they are read through the merge, nothing is copied."""

from typing import Any, Final

from django.db.models import BigIntegerField
from django.db.models.expressions import RawSQL

# Each case with every case that lives on in it, however often what it is in was merged, too.
PARTS: Final = """
    WITH RECURSIVE part (id, lives_in) AS (
        SELECT c.id, c.id FROM spots_case c WHERE c.id = ANY(%(cases)s)
        UNION
        SELECT c.id, p.lives_in FROM spots_case c JOIN part p ON c.merged_into_id = p.id
    )
"""


def parts_of(case_id: int) -> RawSQL:
    """Return, for a filter, the numbers of a case and of all that live on in it."""
    sql = PARTS.replace("%(cases)s", "%s") + "SELECT id FROM part"
    given: list[Any] = [[case_id]]
    return RawSQL(sql, given, output_field=BigIntegerField())
