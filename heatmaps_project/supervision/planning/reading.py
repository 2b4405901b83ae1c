"""What planning counts: the spots of a window, and what is known of their places."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.contrib.gis.geos import Point
from django.db import connection
from django.db.models import Q

from feedback.surveys.models import COUNTED
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

# Fields of Facts, as _VOICES and _SHARES have them.
_TOLD: Final = ("complaints", "customers", "ltv", "promoters", "detractors", "answered")
_SUMMED: Final = ("poor", "surveyed", "failures", "attempts")
NEAR_M: Final = 1000  # metres round a place within which measurements are its
_BESIDE: Final = 0.1  # degrees within which a site is looked for

# Complaints are grouped by customer before anything is asked of customers. One who answered several
# times counts once, as last said.
_VOICES: Final = f"""
    WITH held (place, case_id) AS (
        SELECT * FROM unnest(%(places)s::int[], %(cases)s::bigint[])
    ), told AS MATERIALIZED (
        SELECT held.place, c.customer_id, count(*) AS complaints
        FROM held
        JOIN spots_membership m ON m.case_id = held.case_id AND m.until IS NULL
        JOIN complaints_complaint c ON c.id = m.complaint_id AND c.withdrawn_at IS NULL
            AND c.occurred_at >= %(since)s AND c.occurred_at < %(until)s
        GROUP BY held.place, c.customer_id
    ), valued AS (
        SELECT place, sum(complaints)::bigint AS complaints, count(ltv) AS customers,
            coalesce(avg(ltv), 0)::float AS ltv
        FROM told LEFT JOIN complaints_customer c ON c.id = told.customer_id GROUP BY place
    ), said AS (
        SELECT DISTINCT ON (told.place, told.customer_id) told.place, a.score
        FROM told
        JOIN feedback_invitation i ON i.customer_id = told.customer_id
            AND (i.event_id IS NOT NULL OR i.touch_id IS NOT NULL)
            AND {COUNTED}
        JOIN feedback_answer a ON a.invitation_id = i.id AND a.kind = '{QuestionKind.NPS}'
            AND a.score IS NOT NULL AND a.at >= %(since)s AND a.at < %(until)s
        ORDER BY told.place, told.customer_id, a.at DESC, a.id DESC
    ), moods AS (
        SELECT place,
            count(*) FILTER (WHERE score >= {PROMOTES_FROM}) AS promoters,
            count(*) FILTER (WHERE score <= {DETRACTS_UP_TO}) AS detractors,
            count(*) AS answered
        FROM said GROUP BY place
    )
    SELECT place, complaints, customers, ltv, coalesce(promoters, 0), coalesce(detractors, 0),
        coalesce(answered, 0)
    FROM valued LEFT JOIN moods USING (place)
"""
# An outline is read once, not for each point that is held against it.
_GROUNDS: Final = """
    WITH held AS MATERIALIZED (
        SELECT place, ST_SetSRID(ST_GeomFromGeoJSON(shape), 4326) AS ground
        FROM unnest(%(places)s::int[], %(shapes)s::text[]) AS asked (place, shape)
    )
"""
_LIVING: Final = f"""
    {_GROUNDS} SELECT held.place, coalesce(sum(a.subscribers), 0)
    FROM held JOIN complaints_address a ON ST_Covers(held.ground, a.point)
    GROUP BY held.place
"""
# A cell serves people round its mast, and a hexagon's edge cuts nobody's answer off.
_SHARES: Final = f"""
    {_GROUNDS}, around AS MATERIALIZED (
        SELECT place, ST_Buffer(ground::geography, {NEAR_M})::geometry AS ground FROM held
    )
    SELECT around.place,
        coalesce(sum(m.failed) FILTER (WHERE m.kind = '{Measurement.Kind.SURVEY}'), 0)::bigint,
        coalesce(sum(m.tried) FILTER (WHERE m.kind = '{Measurement.Kind.SURVEY}'), 0)::bigint,
        coalesce(sum(m.failed) FILTER (WHERE m.kind = '{Measurement.Kind.COUNTER}'), 0)::bigint,
        coalesce(sum(m.tried) FILTER (WHERE m.kind = '{Measurement.Kind.COUNTER}'), 0)::bigint
    FROM around JOIN spots_measurement m ON ST_Covers(around.ground, m.point)
        AND m.brand_id = %(brand)s AND m.at >= %(since)s AND m.at < %(until)s
    GROUP BY around.place
"""
_SITES: Final = """
    SELECT cell, near.id
    FROM unnest(%(cells)s::text[], %(lons)s::float[], %(lats)s::float[]) AS held (cell, lon, lat)
    CROSS JOIN LATERAL (SELECT ST_SetSRID(ST_MakePoint(lon, lat), 4326) AS point) AS centre
    CROSS JOIN LATERAL (
        SELECT s.id FROM spots_site s
        WHERE s.brand_id = %(brand)s AND s.point && ST_Expand(centre.point, %(beside)s)
        ORDER BY ST_DistanceSphere(s.point, centre.point), s.id LIMIT 1
    ) AS near
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
    past: Past


def spots_of(period: Period) -> CaseQuerySet:
    """Return the spots that came, or came again, in a period."""
    opened = Q(opened_at__gte=period.since, opened_at__lt=period.until)
    again = Event.objects.filter(
        kind=EventKind.REOPENED, at__gte=period.since, at__lt=period.until
    ).values("case")
    rows = Case.objects.spots().exclude(state__in=LEFT_OUT)
    return rows.filter(opened | Q(pk__in=again))


def hits(rows: CaseQuerySet, period: Period) -> dict[int, Hit]:
    """Return what each spot did, by its number; two queries."""
    wanted = Event.objects.filter(
        case__in=rows.order_by().values("pk"),
        kind__in=[EventKind.FIXED, EventKind.REOPENED],
        at__gte=period.since - BACK_WITHIN,
        at__lt=period.until,
    )
    at: defaultdict[tuple[int, str], list[datetime]] = defaultdict(list)
    for pk, kind, moment in wanted.order_by("at").values_list("case", "kind", "at"):
        at[pk, kind].append(moment)
    told = rows.order_by().values_list(
        "pk", "priority_facts", "customers", "band", "state", "place", "opened_at", "centre"
    )
    return {
        pk: Hit(
            affected=max(int(facts.get("subscribers") or 0), customers),
            band=None if state in ENDED else band,
            place=place,
            opened_at=opened,
            past=Past(
                *(pk, centre.x, centre.y),
                came=(opened, *at[pk, EventKind.REOPENED]),
                fixed=at[pk, EventKind.FIXED],
            ),
        )
        for pk, facts, customers, band, state, place, opened, centre in told
    }


def nearest_sites(centres: Mapping[str, Point], brand: int) -> dict[str, int]:
    """Return the brand's site nearest to each of these points, by their names, where one is."""
    given = {
        "cells": list(centres),
        "lons": [centre.x for centre in centres.values()],
        "lats": [centre.y for centre in centres.values()],
        "brand": brand,
        "beside": _BESIDE,
    }
    return {cell: site for cell, (site,) in _asked(_SITES, given).items()}


def measured(
    found: Sequence[Place],
    shapes: Sequence[str],
    all_hits: Mapping[int, Hit],
    period: Period,
    *,
    brand: int,
) -> list[Facts]:
    """
    Return the facts of each place of a brand, in three queries, however many there are.

    shapes  the outline of each, GeoJSON
    """
    held = [(number, case) for number, place in enumerate(found) for case in place.spots]
    given: dict[str, Any] = {
        "places": [number for number, _case in held],
        "cases": [case for _number, case in held],
        "since": period.since,
        "until": period.until,
    }
    voices = _asked(_VOICES, given)
    grounds: dict[str, Any] = {"places": list(range(len(found))), "shapes": list(shapes)}
    living = _asked(_LIVING, grounds)
    shares = _asked(
        _SHARES, {**grounds, "brand": brand, "since": period.since, "until": period.until}
    )
    return [
        Facts(
            affected=sum(all_hits[case].affected for case in place.spots),
            subscribers=int(living.get(number, (0,))[0]),
            **dict(zip(_TOLD, voices.get(number, (0, 0, 0.0, 0, 0, 0)), strict=True)),
            **dict(zip(_SUMMED, shares.get(number, (0, 0, 0, 0)), strict=True)),
        )
        for number, place in enumerate(found)
    ]


def _asked(query: str, given: dict[str, Any]) -> dict[Any, tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        return {place: tuple(rest) for place, *rest in cursor.fetchall()}
