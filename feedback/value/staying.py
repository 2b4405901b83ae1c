"""
Who stays of those a fix was told to, beside those who complained of the same and were told of none;
and of each group of ratings. One query, whatever the rows.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.core.cache import cache
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from complaints.calendar_months import shifted
from complaints.customers.numbers.models import OWN_CUSTOMERS
from complaints.customers.walls import Walls, within_brands
from feedback.notifications.templates.catalogue import Reason
from feedback.surveys.scores import Estimate
from feedback.value import survival
from feedback.value.counting import RATED, asked
from feedback.value.table import RATINGS

HELPED: Final[dict[int, Promise]] = {
    1: gettext_lazy("complained, and told of a fix"),
    0: gettext_lazy("complained, and told of none"),
}
WIDTH, HEIGHT = 900.0, 260.0  # of the drawing
_KEPT_FOR: Final = 3600  # seconds; files of months come by the month
_QUERY: Final = f"""
    WITH fact AS (
        SELECT f.customer_id, min(f.month) FILTER (WHERE f.left) AS gone, max(f.month) AS last
        FROM complaints_monthlyfact f WHERE f.month >= %(first)s AND f.month < %(end)s
        GROUP BY f.customer_id
    ),
    rated AS ({RATED}),
    told AS (
        SELECT DISTINCT customer_id FROM feedback_message
        WHERE reason = %(fixed)s AND handed_over_at >= %(since)s AND handed_over_at < %(until)s
    ),
    complained AS (
        SELECT DISTINCT customer_id FROM complaints_complaint
        WHERE occurred_at >= %(since)s AND occurred_at < %(until)s
            AND customer_id IS NOT NULL AND withdrawn_at IS NULL
    ),
    one AS (
        SELECT c.brand_id, f.gone IS NOT NULL AS has_left, coalesce(f.gone, f.last) AS month,
            CASE WHEN %(by_rating)s THEN coalesce(r.rating, 0)
                WHEN k.customer_id IS NULL THEN NULL
                ELSE (t.customer_id IS NOT NULL)::int END AS grouped
        FROM fact f JOIN complaints_customer c ON c.id = f.customer_id
        LEFT JOIN rated r USING (customer_id) LEFT JOIN told t USING (customer_id)
        LEFT JOIN complained k USING (customer_id)
        WHERE {within_brands("c.brand_id")}
            AND c.id NOT IN ({OWN_CUSTOMERS})
    )
    SELECT grouped, has_left, month, count(*) FROM one WHERE grouped IS NOT NULL GROUP BY 1, 2, 3
"""


@dataclass(frozen=True)
class Line:
    """A group: its curve, and how it is drawn."""

    name: Promise
    number: int
    steps: list[survival.Step]
    path: str

    @property
    def customers(self) -> int:
        return self.steps[0].at_risk if self.steps else 0

    @property
    def by_ninety_days(self) -> Estimate | None:
        step = survival.at(self.steps, survival.NINETY_DAYS)
        return step.estimate if step else None

    @property
    def in_the_end(self) -> Estimate | None:
        step = survival.at(self.steps, len(self.steps))
        return step.estimate if step else None

    @property
    def shown(self) -> tuple[Estimate | None, Estimate | None]:
        return self.by_ninety_days, self.in_the_end


@dataclass(frozen=True)
class Staying:
    first: date
    last: date  # month
    lines: list[Line]
    difference: Estimate | None  # of those who were helped, after ninety days


def staying(walls: Walls, *, last: date, months: int, by_rating: bool) -> Staying:
    """Return the curves of a period of so many months up to `last`."""
    first = shifted(last, 1 - months)
    found = _counted(walls, first=first, end=shifted(last, 1), by_rating=by_rating)
    names = RATINGS if by_rating else HELPED
    curves = {key: survival.curve(*found[key]) for key in names if key in found}
    lines = [
        Line(
            names[key],
            number,
            steps,
            survival.drawn(steps, months=months, width=WIDTH, height=HEIGHT)
            if survival.enough(steps)
            else "",
        )
        for number, (key, steps) in enumerate(curves.items())
    ]
    apart = None
    if not by_rating:
        pair = (curves.get(1, []), curves.get(0, []))
        apart = survival.difference(*pair, survival.NINETY_DAYS)
    return Staying(first, last, lines, apart)


def _counted(
    walls: Walls, *, first: date, end: date, by_rating: bool
) -> Mapping[int, tuple[dict[int, int], dict[int, int]]]:
    """Return for each group how many left, and how many were last heard of, in each month."""
    key = f"staying:{first}:{end}:{by_rating}:{walls.values['brands']}"
    rows: list[tuple[int, bool, date, int]] | None = cache.get(key)
    if rows is None:
        told = {"fixed": Reason.FIXED.value, "by_rating": by_rating}
        rows = asked(_QUERY, walls, first=first, end=end, **told)
        cache.set(key, rows, _KEPT_FOR)
    found: dict[int, tuple[dict[int, int], dict[int, int]]] = defaultdict(lambda: ({}, {}))
    for group, has_left, month, n in rows:
        number = (month.year - first.year) * 12 + month.month - first.month + 1
        found[group][0 if has_left else 1][number] = n
    return found
