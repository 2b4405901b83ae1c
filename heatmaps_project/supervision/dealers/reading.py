"""What customers answer about the shops that served them, or the dealers that sold to them."""

from typing import Final

from django.db import connection

from complaints.customers.walls import within
from feedback.surveys.models import COUNTED
from feedback.surveys.questions import Kind
from heatmaps_project.accounts.units.tree import Tree
from heatmaps_project.supervision.dealers.ranking import Ranked, Told, ranked
from heatmaps_project.supervision.scope import Scope

# Of the shop that a touch names, else of the dealer that the customer came from.
_QUERY: Final = f"""
    SELECT u.id, count(*), avg(a.score)::float8,
        (sum(a.score * a.score) - count(*) * avg(a.score) * avg(a.score))::float8
    FROM feedback_answer a JOIN feedback_invitation i ON i.id = a.invitation_id
    JOIN complaints_customer c ON c.id = i.customer_id
    LEFT JOIN feedback_touch t ON t.id = i.touch_id
    JOIN heatmaps_project_unit u ON u.code <> ''
        AND u.code = CASE WHEN t.unit <> '' THEN t.unit ELSE c.sold_by END
    WHERE a.at >= %(since)s AND a.at <= %(now)s AND a.kind = '{Kind.NPS}' AND a.score IS NOT NULL
        AND {COUNTED}
        AND {within(brand="i.brand_id", region="i.region_id")}
        AND (%(region)s::bigint IS NULL OR i.region_id = %(region)s)
        AND (%(units)s::bigint[] IS NULL OR u.id = ANY(%(units)s))
    GROUP BY 1 ORDER BY 1
"""


def dealers(tree: Tree, unit: int | None, scope: Scope) -> list[Ranked]:
    """Return the units with a code under one, ranked among themselves; None: all. One query."""
    under = [one for one in tree.nodes if unit in {node.id for node in tree.path(one)}]
    values = {
        "since": scope.since(),
        "now": scope.now,
        **scope.walls.values,
        "region": scope.region,
        "units": None if unit is None else under,
    }
    with connection.cursor() as cursor:
        cursor.execute(_QUERY, values)
        return ranked([Told(*row) for row in cursor.fetchall()])
