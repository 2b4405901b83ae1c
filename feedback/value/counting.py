"""
Customers by their last rating, complaints and gifts before a period, and what came in the period.

Nothing of the period itself sorts a customer into a group, so what came later is not counted as
what was before. One query, whatever the rows.
"""

from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from complaints.calendar_months import shifted
from complaints.customers.walls import Walls, within_brands
from feedback.surveys.models import COUNTED
from feedback.surveys.questions import Kind
from feedback.value.groups import Group

BEFORE: Final = timedelta(days=180)
# The last rating of a customer before a period: 1 unhappy, 2 neither, 3 happy.
RATED: Final = f"""
        SELECT DISTINCT ON (i.customer_id) i.customer_id,
            CASE WHEN a.kind = %(nps)s THEN
                CASE WHEN a.score <= 6 THEN 1 WHEN a.score <= 8 THEN 2 ELSE 3 END
            ELSE CASE WHEN a.score >= v.good_from THEN 3 WHEN a.score = v.good_from - 1 THEN 2
                ELSE 1 END END AS rating
        FROM feedback_answer a JOIN feedback_invitation i ON i.id = a.invitation_id
        JOIN feedback_version v ON v.id = i.version_id
        WHERE a.question = 1 AND a.score IS NOT NULL AND a.kind IN (%(nps)s, %(csat)s)
            AND a.at >= %(since)s AND a.at < %(until)s
            AND {COUNTED}
        ORDER BY i.customer_id, a.at DESC
"""
_QUERY: Final = f"""
    WITH fact AS (
        SELECT f.customer_id, bool_or(f.left) AS gone, avg(f.revenue)::float8 AS revenue
        FROM complaints_monthlyfact f WHERE f.month >= %(first)s AND f.month < %(end)s
        GROUP BY f.customer_id
    ),
    rated AS ({RATED}),
    complained AS (
        SELECT customer_id, least(count(*), 2) AS complaints FROM complaints_complaint
        WHERE occurred_at >= %(since)s AND occurred_at < %(until)s
            AND customer_id IS NOT NULL AND withdrawn_at IS NULL
        GROUP BY customer_id
    ),
    given AS (
        SELECT DISTINCT customer_id FROM feedback_given
        WHERE at >= %(since)s AND at < %(until)s
    )
    SELECT c.brand_id, coalesce(r.rating, 0),
        CASE WHEN %(gifts)s THEN (g.customer_id IS NOT NULL)::int
            ELSE coalesce(k.complaints, 0) END::int AS other,
        count(*), count(*) FILTER (WHERE f.gone), count(f.revenue),
        coalesce(sum(f.revenue), 0), coalesce(sum(f.revenue * f.revenue), 0)
    FROM fact f JOIN complaints_customer c ON c.id = f.customer_id
    LEFT JOIN rated r USING (customer_id) LEFT JOIN complained k USING (customer_id)
    LEFT JOIN given g USING (customer_id)
    WHERE {within_brands("c.brand_id")}
    GROUP BY 1, 2, 3
"""
TIMEOUT_MS: Final = 60_000


def counted(
    walls: Walls, *, last: date, months: int, by_gifts: bool
) -> list[tuple[int, int, int, Group]]:
    """Return brand, rating and complaints or gifts of each group, and the group."""
    first, end = shifted(last, 1 - months), shifted(last, 1)
    rows = asked(_QUERY, walls, first=first, end=end, gifts=by_gifts)
    return [(brand, rating, other, Group(*counts)) for brand, rating, other, *counts in rows]


def asked(query: str, walls: Walls, *, first: date, end: date, **values: object) -> list[Any]:
    """
    Return the rows of a query of customers within walls, in which RATED and a period stand.

    first, end  the months that come after whatever sorts a customer into a group
    """
    until = timezone.make_aware(datetime.combine(first, time()))  # the installation's calendar
    told: dict[str, Any] = {
        **walls.values,
        "first": first,
        "end": end,
        "since": until - BEFORE,
        "until": until,
        "nps": Kind.NPS.value,
        "csat": Kind.CSAT.value,
        **values,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(TIMEOUT_MS)])
        cursor.execute(query, told)
        return list(cursor.fetchall())
