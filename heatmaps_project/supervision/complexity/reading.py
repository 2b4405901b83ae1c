"""
How many complaints are complex, week by week, by brand and by region, and which they are.

What complex means is the rule of spots.cases.complexity.reading; the sentences of `HOW`, which
the page prints, say it to people. It is counted from the rows each time: nothing is summed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.customers.models import Brand
from complaints.customers.walls import within
from complaints.geocoding.models import Region
from feedback.surveys.scores import FEWEST, Estimate, difference
from heatmaps_project.supervision.scope import Scope
from heatmaps_project.supervision.shares import NOTHING, Share
from spots.cases.complexity.reading import VALUES, of_cases, of_customers
from spots.routing.complexity import Complexity

MOST: Final = 500  # rows of a page; the number itself is of all

HOW: Final[tuple[Promise, ...]] = (
    _("Complaints by when they came in, without those withdrawn, each once. Complex are those"),
    _("whose customer told of two topics or more within the seven days up to it;"),
    _("whose customer told of its topic three times or more within them;"),
    _("whose case is tied to two sites or more;"),
    _(
        "whose case was with two teams or more, not counting moves because a team had too much to"
        " do or nobody there;"
    ),
    _("whose case a person marked as complex."),
    _(
        "A complaint may have several reasons, so they add up to more than the whole. Intervals are"
        " 95-percent ones (Wilson); a change against as many days before is proven if its interval"
        " (Newcombe) leaves nought out. What becomes of a case later counts as well: the newest"
        " weeks may still grow."
    ),
)


@dataclass(frozen=True)
class Line:
    """Complaints of a week, brand or region, and how many of them are complex, and why."""

    name: str
    share: Share
    by_reason: Mapping[str, int]  # by Complexity
    monday: date | None = None
    key: int | None = None  # of the brand or region


@dataclass(frozen=True)
class Trend:
    whole: Line
    before: Share  # of as many days before
    weeks: list[Line]  # the oldest first; the first and the last may be cut short
    brands: list[Line]
    regions: list[Line]

    @property
    def change(self) -> Estimate | None:
        """By how many percentage points the share rose; None: too few to say."""
        was, now = _estimate(self.before), _estimate(self.whole.share)
        return difference(was, now) if was and now else None


@dataclass(frozen=True)
class Row:
    """A complex complaint."""

    complaint: int
    received_at: datetime
    topic: int
    brand: int
    region: int | None
    case: int | None
    why: tuple[str, ...]  # of Complexity


def _estimate(share: Share) -> Estimate | None:
    if share.percent is None or share.interval is None or share.whole < FEWEST:
        return None
    return Estimate(share.percent, *share.interval)


_REASONS: Final = tuple(one.value for one in Complexity)
_ANY: Final = " OR ".join(_REASONS)
# All that customers told of within the days of those of a span.
_NEAR: Final = "o.received_at > %(since)s - %(within)s AND o.received_at < %(until)s"
_JUDGED: Final = f"""
    WITH asked AS MATERIALIZED (
        SELECT k.id, k.customer_id, k.topic_id, k.received_at, k.brand_id, k.region_id
        FROM complaints_complaint k
        WHERE k.received_at >= %(since)s AND k.received_at < %(until)s AND k.withdrawn_at IS NULL
            AND {within(brand="k.brand_id", region="k.region_id")}
            AND (%(brand)s::bigint IS NULL OR k.brand_id = %(brand)s)
            AND (%(region)s::bigint IS NULL OR k.region_id = %(region)s)
    ), told AS MATERIALIZED ({of_customers("asked", _NEAR)}),
    hard AS MATERIALIZED ({of_cases()}),
    held AS MATERIALIZED (
        SELECT a.id, hard.* FROM hard
        JOIN spots_membership m ON m.case_id = hard.case_id AND m.until IS NULL
        JOIN asked a ON a.id = m.complaint_id
    ), judged AS (
        SELECT a.*, a.received_at >= %(turn)s AS lately,
            date_trunc('week', a.received_at AT TIME ZONE %(zone)s)::date AS week,
            {", ".join(f"coalesce({one}, false) AS {one}" for one in _REASONS)}
        FROM asked a LEFT JOIN told ON told.id = a.id LEFT JOIN held ON held.id = a.id
    )
"""
_COUNTED: Final = f"""{_JUDGED}
    SELECT lately, week, brand_id, region_id, grouping(week, brand_id, region_id),
        count(*), count(*) FILTER (WHERE {_ANY}),
        {", ".join(f"count(*) FILTER (WHERE {one})" for one in _REASONS)}
    FROM judged
    GROUP BY GROUPING SETS ((lately), (lately, week), (lately, brand_id), (lately, region_id))
"""
_LISTED: Final = f"""{_JUDGED}
    SELECT judged.id, received_at, topic_id, brand_id, region_id, m.case_id, {", ".join(_REASONS)}
    FROM judged
    LEFT JOIN spots_membership m ON m.complaint_id = judged.id AND m.until IS NULL
    WHERE {_ANY} ORDER BY received_at DESC, judged.id DESC LIMIT %(most)s
"""
_WHOLE, _WEEK, _BRAND, _REGION = 0b111, 0b011, 0b101, 0b110  # bits: what is not grouped by


def trend(scope: Scope, *, brand: int | None = None) -> Trend:
    """Count the scope's days, and as many before: three queries, whatever there is."""
    found, before = _counted(scope, brand)
    names = dict(Brand.objects.values_list("pk", "name"))
    places = {region.pk: str(region) for region in Region.objects.defer("outline")}
    return Trend(
        whole=found[_WHOLE][0] if found[_WHOLE] else Line("", NOTHING, {}),
        before=before[_WHOLE][0].share if before[_WHOLE] else NOTHING,
        weeks=sorted(found[_WEEK], key=lambda line: line.monday or date.min),
        brands=_named(found[_BRAND], names),
        regions=_named(found[_REGION], places),
    )


def complex_complaints(
    scope: Scope, *, since: datetime, until: datetime, brand: int | None = None, most: int = MOST
) -> list[Row]:
    """Return the newest complex complaints of a span, at most so many; one query."""
    rows = _asked(_LISTED, {**_values(scope, since, until, brand), "most": most})
    return [
        Row(
            *(complaint, received_at, topic, of_brand, region, case),
            tuple(one for one, holds in zip(_REASONS, reasons, strict=True) if holds),
        )
        for complaint, received_at, topic, of_brand, region, case, *reasons in rows
    ]


def _counted(
    scope: Scope, brand: int | None
) -> tuple[dict[int, list[Line]], dict[int, list[Line]]]:
    """Return the lines of the scope's days, and of as many before, by what they are grouped by."""
    since = scope.since()
    values = _values(scope, since - timedelta(days=scope.days), scope.now, brand)
    found: dict[int, list[Line]] = {one: [] for one in (_WHOLE, _WEEK, _BRAND, _REGION)}
    before: dict[int, list[Line]] = {one: [] for one in found}
    for lately, week, of_brand, of_region, group, whole, part, *reasons in _asked(
        _COUNTED, {**values, "turn": since}
    ):
        key = {_BRAND: of_brand, _REGION: of_region}.get(group)
        by_reason = dict(zip(_REASONS, reasons, strict=True))
        line = Line("", Share(part, whole), by_reason, monday=week, key=key)
        (found if lately else before)[group].append(line)
    return found, before


def _named(lines: list[Line], names: Mapping[int, str]) -> list[Line]:
    told = [
        Line(names.get(line.key or 0, "—"), line.share, line.by_reason, key=line.key)
        for line in lines
    ]
    return sorted(told, key=lambda line: (-line.share.part, line.name))


def _values(scope: Scope, since: datetime, until: datetime, brand: int | None) -> dict[str, Any]:
    return {
        **VALUES,
        **scope.walls.values,
        "since": since,
        "turn": since,
        "until": until,
        "zone": str(scope.zone),
        "brand": brand,
        "region": scope.region,
    }


def _asked(query: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
