"""
What came of the conversations that agents had: whether the customer called again, how they
rated it, whether a promise broke, and whether they mean to leave. In one query.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection

from complaints.customers.walls import Walls
from feedback.comments.labels import Alarm
from feedback.surveys.catalogue import QuestionKind
from feedback.surveys.models import COUNTED
from heatmaps_project.desk.models import Lookup, Origin, Outcome
from spots.sla.outcomes import NOT_KEPT

AGAIN_WITHIN: Final = timedelta(days=7)
RATED_WITHIN: Final = timedelta(days=14)
LEFT_WITHIN: Final = timedelta(days=90)
GOOD_FROM: Final = 4  # of 5
LOW_UP_TO: Final = 2

# {lookups} are those that the reader may see, a day more on either side: a call is short, and one
# that began before the span is not of it. A rating is of the agent whom it names, else of the case
# that came of the call; a promise is of that case. Each part is found for all calls at once: their
# number may be large, and to ask for each by itself takes ten times as long.
_QUERY: Final = f"""
    WITH calls AS MATERIALIZED (
        SELECT l.call, min(l.at) AS at, max(o.at) AS ended,
            (array_agg(l.by_id ORDER BY l.at, l.id))[1] AS agent,
            (array_agg(l.brand_id ORDER BY l.at, l.id)
                FILTER (WHERE l.brand_id IS NOT NULL))[1] AS brand,
            (array_agg(l.region_id ORDER BY l.at, l.id)
                FILTER (WHERE l.region_id IS NOT NULL))[1] AS region,
            (array_agg(l.customer_id ORDER BY l.at, l.id)
                FILTER (WHERE l.customer_id IS NOT NULL))[1] AS customer,
            coalesce(bool_or(o.outcome IN ('{Outcome.PASSED_ON}', '{Outcome.SINGLE}')), false)
                AS passed_on,
            array_agg(DISTINCT o.case_id) FILTER (WHERE o.case_id IS NOT NULL) AS cases
        FROM ({{lookups}}) AS l
        LEFT JOIN heatmaps_project_lookupoutcome o ON o.lookup_id = l.id
        GROUP BY l.call HAVING min(l.at) >= %(since)s AND min(l.at) < %(until)s
    ),
    again AS (
        SELECT DISTINCT c.call
        FROM calls c JOIN heatmaps_project_lookup r ON r.customer_id = c.customer
        WHERE r.call <> c.call AND r.origin <> '{Origin.OWN}' AND r.at > c.at
            AND r.at <= c.at + interval '{AGAIN_WITHIN.days} days'
            AND r.at > %(since)s AND r.at <= %(now)s
            AND r.at <= %(until)s::timestamptz + interval '{AGAIN_WITHIN.days} days'
    ),
    rated AS (
        SELECT DISTINCT ON (c.call) c.call, a.score
        FROM calls c JOIN feedback_invitation i ON i.customer_id = c.customer
            AND (i.agent_id = c.agent OR i.agent_id IS NULL AND i.case_id = ANY (c.cases))
        JOIN feedback_answer a ON a.invitation_id = i.id
        WHERE a.question = 1 AND a.kind = '{QuestionKind.CSAT}' AND a.score IS NOT NULL
            AND {COUNTED}
            AND a.at > c.at AND a.at <= c.at + interval '{RATED_WITHIN.days} days'
            AND a.at <= %(now)s
        ORDER BY c.call, a.at, a.id
    ),
    broken AS (
        SELECT DISTINCT c.call
        FROM calls c CROSS JOIN unnest(c.cases) AS came (case_id)
        JOIN spots_clock k ON k.case_id = came.case_id
        WHERE k.due_at < %(now)s AND {NOT_KEPT}
            AND (k.stopped_at IS NULL OR k.stopped_at > k.due_at)
    ),
    leaving AS (
        SELECT c.call
        FROM calls c JOIN complaints_monthlyfact m ON m.customer_id = c.customer
        WHERE m."left" AND m.month >= date_trunc('month', c.at)
            AND m.month <= c.at + interval '{LEFT_WITHIN.days} days'
        UNION
        SELECT c.call
        FROM calls c JOIN feedback_invitation i ON i.customer_id = c.customer
        JOIN feedback_answer a ON a.invitation_id = i.id
        JOIN feedback_comment n ON n.answer_id = a.id
        WHERE '{Alarm.LEAVING}' = ANY (n.alarms) AND a.at > c.at
            AND a.at <= c.at + interval '{LEFT_WITHIN.days} days' AND a.at <= %(now)s
    )
    SELECT c.call, c.at, c.ended, c.agent, c.brand, c.region, c.customer, c.passed_on,
        c.cases IS NOT NULL AS has_case, again.call IS NOT NULL AS again, rated.score AS rating,
        broken.call IS NOT NULL AS broken, leaving.call IS NOT NULL AS leaving
    FROM calls c LEFT JOIN again USING (call) LEFT JOIN rated USING (call)
        LEFT JOIN broken USING (call) LEFT JOIN leaving USING (call)
    ORDER BY c.at, c.call
"""
_CALL_LASTS: Final = timedelta(days=1)  # at the longest


@dataclass(frozen=True)
class Contact:
    """
    A conversation of a member of staff with a customer, and what came of it.

    again    the customer called again within seven days
    rating   that they gave within fourteen days, 1 to 5; None: none
    broken   a promise of the case that came of it was not kept
    leaving  within ninety days they left, or said that they will
    """

    call: UUID
    at: datetime
    ended: datetime | None  # None: nothing came of it
    agent: int
    brand: int | None
    region: int | None
    customer: int | None
    passed_on: bool
    has_case: bool  # one came of it
    again: bool
    rating: int | None
    broken: bool
    leaving: bool

    @property
    def is_good(self) -> bool | None:
        """Whether it was rated well and not repeated; None: it was not rated."""
        return None if self.rating is None else self.rating >= GOOD_FROM and not self.again

    @property
    def is_rated_low(self) -> bool:
        return self.rating is not None and self.rating <= LOW_UP_TO


def contacts(
    walls: Walls,
    *,
    since: datetime,
    until: datetime,
    now: datetime,
    brand: int | None = None,
    region: int | None = None,
    agents: Collection[int] | None = None,
) -> Iterator[Contact]:
    """
    Yield the conversations that began in a span, as far as the reader may see them, in order.

    brand, region, agents  only those; None: all
    """
    rows = Lookup.objects.within(walls).filter(
        origin=Origin.PAGE, at__gte=since - _CALL_LASTS, at__lt=until + _CALL_LASTS
    )
    asked = {"brand": brand, "region": region, "by__in": None if agents is None else list(agents)}
    rows = rows.filter(**{name: value for name, value in asked.items() if value is not None})
    shown = ("id", "call", "at", "by_id", "brand_id", "region_id", "customer_id")
    try:
        lookups, values = rows.order_by().values(*shown).query.sql_with_params()
    except EmptyResultSet:  # the reader is let into no brand or region
        return
    named: dict[str, Any] = {f"p{n}": value for n, value in enumerate(values)}
    query = _QUERY.format(lookups=lookups % tuple(f"%({name})s" for name in named))
    with connection.cursor() as cursor:
        cursor.execute(query, {**named, "since": since, "until": until, "now": now})
        for row in cursor:
            yield Contact(*row)
