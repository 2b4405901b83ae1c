"""
Customers by their last rating, complaints and gifts before a period, and what came in the period.

Nothing of the period itself sorts a customer into a group, so what came later is not counted as
what was before. One query, whatever the rows.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from complaints.calendar_months import shifted
from complaints.customers.months import MonthlyFact
from complaints.customers.numbers.models import OWN_CUSTOMERS
from complaints.customers.walls import Walls
from feedback.surveys.questions import Kind
from feedback.value.groups import Group, Mark, marks

BEFORE: Final = timedelta(days=180)
MONTHS: Final = (1, 3, 6, 12)
USUAL_MONTHS: Final = 3

RATINGS: Final[dict[int, Promise]] = {
    1: gettext_lazy("unhappy"),
    2: gettext_lazy("neither"),
    3: gettext_lazy("happy"),
    0: gettext_lazy("did not answer"),
}
COMPLAINTS: Final[dict[int, Promise]] = {
    0: gettext_lazy("no complaint"),
    1: gettext_lazy("one complaint"),
    2: gettext_lazy("two or more"),
}
GIFTS: Final[dict[int, Promise]] = {
    0: gettext_lazy("no gift"),
    1: gettext_lazy("was given a gift"),
}

_QUERY: Final = f"""
    WITH fact AS (
        SELECT f.customer_id, bool_or(f.left) AS gone, avg(f.revenue)::float8 AS revenue
        FROM complaints_monthlyfact f JOIN complaints_customer c ON c.id = f.customer_id
        WHERE f.month >= %(first)s AND f.month < %(end)s
            AND (%(brands)s::bigint[] IS NULL OR c.brand_id = ANY(%(brands)s))
        GROUP BY f.customer_id
    ),
    rated AS (
        SELECT DISTINCT ON (i.customer_id) i.customer_id,
            CASE WHEN a.kind = %(nps)s THEN
                CASE WHEN a.score <= 6 THEN 1 WHEN a.score <= 8 THEN 2 ELSE 3 END
            ELSE CASE WHEN a.score <= 2 THEN 1 WHEN a.score = 3 THEN 2 ELSE 3 END END AS rating
        FROM feedback_answer a JOIN feedback_invitation i ON i.id = a.invitation_id
        WHERE a.question = 1 AND a.score IS NOT NULL AND a.kind IN (%(nps)s, %(csat)s)
            AND a.at >= %(since)s AND a.at < %(until)s
            AND i.customer_id NOT IN ({OWN_CUSTOMERS})
        ORDER BY i.customer_id, a.at DESC
    ),
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
    SELECT coalesce(r.rating, 0),
        CASE WHEN %(gifts)s THEN (g.customer_id IS NOT NULL)::int
            ELSE coalesce(k.complaints, 0) END::int AS other,
        count(*), count(*) FILTER (WHERE f.gone), count(f.revenue),
        coalesce(sum(f.revenue), 0), coalesce(sum(f.revenue * f.revenue), 0)
    FROM fact f
    LEFT JOIN rated r USING (customer_id) LEFT JOIN complained k USING (customer_id)
    LEFT JOIN given g USING (customer_id)
    GROUP BY 1, 2
"""
_TIMEOUT_MS: Final = 20_000


@dataclass(frozen=True)
class Row:
    rating: Promise
    other: Promise
    group: Group
    churn: Mark | None
    revenue: Mark | None


@dataclass(frozen=True)
class Table:
    first: date
    last: date  # month
    rows: list[Row]

    @property
    def customers(self) -> int:
        return sum(row.group.customers for row in self.rows)


def newest_month() -> date | None:
    """Return the last month that anything is known of."""
    return MonthlyFact.objects.order_by("-month").values_list("month", flat=True).first()


def table(walls: Walls, *, last: date, months: int, by_gifts: bool) -> Table:
    """Return the table of a period of so many months up to `last`."""
    first, end = shifted(last, 1 - months), shifted(last, 1)
    until = _begin(first)
    asked: dict[str, Any] = {
        "first": first,
        "end": end,
        "since": until - BEFORE,
        "until": until,
        "brands": None if walls.brands is None else sorted(walls.brands),
        "nps": Kind.NPS.value,
        "csat": Kind.CSAT.value,
        "gifts": by_gifts,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(_TIMEOUT_MS)])
        cursor.execute(_QUERY, asked)
        found = {(rating, other): Group(*counts) for rating, other, *counts in cursor.fetchall()}
    others = GIFTS if by_gifts else COMPLAINTS
    keys = [(rating, other) for rating in RATINGS for other in others if (rating, other) in found]
    churn = marks([found[key].churn for key in keys])
    revenue = marks([found[key].revenue for key in keys])
    rows = [
        Row(RATINGS[key[0]], others[key[1]], found[key], churn[n], revenue[n])
        for n, key in enumerate(keys)
    ]
    return Table(first, last, rows)


def _begin(day: date) -> datetime:
    """Return the moment a day begins, by the installation's own calendar."""
    return timezone.make_aware(datetime.combine(day, time()))
