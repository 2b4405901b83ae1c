"""What planning counts: the spots of a window, and what is known of their places."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.db.models import Q

from feedback.surveys.questions import Kind as QuestionKind
from feedback.surveys.scores import DETRACTS_UP_TO, PROMOTES_FROM
from heatmaps_project.supervision.planning.recurrence import BACK_WITHIN, WINDOW, Past, Place
from heatmaps_project.supervision.planning.worth import Facts
from spots.cases.events import EventKind
from spots.cases.models import Case, CaseQuerySet, Event
from spots.cases.states import ENDED, State
from spots.network.models import Measurement

# A spot that was merged lives on in another; one that was dismissed was no fault of the network.
LEFT_OUT: Final = (State.MERGED, State.DISMISSED)

_COUNTED: Final = ("poor", "surveyed", "failures", "attempts")  # of Facts, as _SHARES has them
NEAR_M: Final = 1000  # metres round a place within which measurements are its

_OF: Final = """
    WITH held (place, case_id) AS (
        SELECT * FROM unnest(%(places)s::int[], %(cases)s::bigint[])
    ), told AS (
        SELECT held.place, c.id, c.customer_id
        FROM held
        JOIN spots_membership m ON m.case_id = held.case_id AND m.until IS NULL
        JOIN complaints_complaint c ON c.id = m.complaint_id AND c.withdrawn_at IS NULL
            AND c.occurred_at >= %(since)s AND c.occurred_at < %(until)s
    )
"""
_COMPLAINTS: Final = f"{_OF} SELECT place, count(*) FROM told GROUP BY place"
_VALUES: Final = f"""
    {_OF} SELECT place, count(ltv), coalesce(avg(ltv), 0)::float FROM (
        SELECT DISTINCT place, customer_id FROM told WHERE customer_id IS NOT NULL
    ) each JOIN complaints_customer c ON c.id = each.customer_id GROUP BY place
"""
# A customer who answered several times counts once, as last said.
_MOODS: Final = f"""
    {_OF} SELECT place,
        count(*) FILTER (WHERE score >= {PROMOTES_FROM}),
        count(*) FILTER (WHERE score <= {DETRACTS_UP_TO}),
        count(*)
    FROM (
        SELECT DISTINCT ON (each.place, each.customer_id) each.place, a.score
        FROM (SELECT DISTINCT place, customer_id FROM told) each
        JOIN feedback_invitation i ON i.customer_id = each.customer_id
            AND (i.event_id IS NOT NULL OR i.touch_id IS NOT NULL)
        JOIN feedback_answer a ON a.invitation_id = i.id AND a.kind = '{QuestionKind.NPS}'
            AND a.score IS NOT NULL AND a.at >= %(since)s AND a.at < %(until)s
        ORDER BY each.place, each.customer_id, a.at DESC, a.id DESC
    ) last GROUP BY place
"""
_LIVING: Final = """
    SELECT held.place, coalesce(sum(a.subscribers), 0)
    FROM unnest(%(places)s::int[], %(shapes)s::text[]) AS held (place, shape)
    JOIN complaints_address a
        ON ST_Covers(ST_SetSRID(ST_GeomFromGeoJSON(held.shape), 4326), a.point)
    GROUP BY held.place
"""
# A cell serves people round its mast, and a hexagon's edge cuts nobody's answer off.
_SHARES: Final = f"""
    WITH held AS MATERIALIZED (
        SELECT place, ST_Buffer(
            ST_SetSRID(ST_GeomFromGeoJSON(shape), 4326)::geography, {NEAR_M}
        )::geometry AS ground
        FROM unnest(%(places)s::int[], %(shapes)s::text[]) AS asked (place, shape)
    )
    SELECT held.place,
        coalesce(sum(m.failed) FILTER (WHERE m.kind = '{Measurement.Kind.SURVEY}'), 0)::bigint,
        coalesce(sum(m.tried) FILTER (WHERE m.kind = '{Measurement.Kind.SURVEY}'), 0)::bigint,
        coalesce(sum(m.failed) FILTER (WHERE m.kind = '{Measurement.Kind.COUNTER}'), 0)::bigint,
        coalesce(sum(m.tried) FILTER (WHERE m.kind = '{Measurement.Kind.COUNTER}'), 0)::bigint
    FROM held JOIN spots_measurement m ON ST_Covers(held.ground, m.point)
        AND m.brand_id = %(brand)s AND m.at >= %(since)s AND m.at < %(until)s
    GROUP BY held.place
"""


@dataclass(frozen=True)
class Period:
    """The window that ends at a moment: `since` counted, `until` not."""

    until: datetime

    @property
    def since(self) -> datetime:
        return self.until - WINDOW


@dataclass(frozen=True)
class Hit:
    """A spot of a place, as far as its place needs it."""

    affected: int  # subscribers inside it
    band: int | None  # None: it is over
    place: str
    opened_at: datetime


def spots_of(period: Period) -> CaseQuerySet:
    """Return the spots that came, or came again, in a period."""
    opened = Q(opened_at__gte=period.since, opened_at__lt=period.until)
    again = Event.objects.filter(
        kind=EventKind.REOPENED, at__gte=period.since, at__lt=period.until
    ).values("case")
    rows = Case.objects.spots().exclude(state__in=LEFT_OUT)
    return rows.filter(opened | Q(pk__in=again))


def pasts(rows: CaseQuerySet, period: Period) -> list[Past]:
    """Return when each spot came and was fixed; two queries."""
    cases = list(rows.values_list("pk", "centre", "opened_at"))
    wanted = Event.objects.filter(
        case__in=[pk for pk, _centre, _opened in cases],
        kind__in=[EventKind.FIXED, EventKind.REOPENED],
        at__gte=period.since - BACK_WITHIN,
        at__lt=period.until,
    )
    at: defaultdict[tuple[int, str], list[datetime]] = defaultdict(list)
    for pk, kind, moment in wanted.order_by("at").values_list("case", "kind", "at"):
        at[pk, kind].append(moment)
    return [
        Past(pk, centre.x, centre.y, (opened, *at[pk, EventKind.REOPENED]), at[pk, EventKind.FIXED])
        for pk, centre, opened in cases
    ]


def hits(rows: CaseQuerySet) -> dict[int, Hit]:
    """Return what each spot did, by its number."""
    told = rows.values_list(
        "pk", "priority_facts", "customers", "band", "state", "place", "opened_at"
    )
    return {
        pk: Hit(
            affected=max(int(facts.get("subscribers") or 0), customers),
            band=None if state in ENDED else band,
            place=place,
            opened_at=opened_at,
        )
        for pk, facts, customers, band, state, place, opened_at in told
    }


def measured(
    found: Sequence[Place],
    shapes: Sequence[str],
    all_hits: dict[int, Hit],
    period: Period,
    *,
    brand: int,
) -> list[Facts]:
    """
    Return the facts of each place of a brand, in five queries, however many there are.

    shapes  the outline of each, GeoJSON
    """
    held = [(number, case) for number, place in enumerate(found) for case in place.spots]
    given: dict[str, Any] = {
        "places": [number for number, _case in held],
        "cases": [case for _number, case in held],
        "since": period.since,
        "until": period.until,
    }
    complaints = _asked(_COMPLAINTS, given)
    values, moods = _asked(_VALUES, given), _asked(_MOODS, given)
    grounds: dict[str, Any] = {"places": list(range(len(found))), "shapes": list(shapes)}
    living = _asked(_LIVING, grounds)
    shares = _asked(
        _SHARES, {**grounds, "brand": brand, "since": period.since, "until": period.until}
    )
    return [
        Facts(
            affected=sum(all_hits[case].affected for case in place.spots),
            subscribers=int(living.get(number, (0,))[0]),
            complaints=complaints.get(number, (0,))[0],
            customers=values.get(number, (0, 0.0))[0],
            ltv=values.get(number, (0, 0.0))[1],
            promoters=moods.get(number, (0, 0, 0))[0],
            detractors=moods.get(number, (0, 0, 0))[1],
            answered=moods.get(number, (0, 0, 0))[2],
            **dict(zip(_COUNTED, shares.get(number, (0, 0, 0, 0)), strict=True)),
        )
        for number, place in enumerate(found)
    ]


def _asked(query: str, given: dict[str, Any]) -> dict[int, tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        return {place: tuple(rest) for place, *rest in cursor.fetchall()}
