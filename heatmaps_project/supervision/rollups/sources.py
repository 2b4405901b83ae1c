"""
Where each fact's rows come from: the one definition, for what is summed and what is read live.

A source is a query of the columns of COLUMNS; a row of it may be there for many that are alike.
Cases are counted under their present brand, region and team; of spots, a merged one as the one
it lives on in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from feedback.surveys.catalogue import Trigger
from feedback.surveys.models import COUNTED
from feedback.surveys.questions import Kind as Asked
from feedback.surveys.scores import DETRACTS_UP_TO, PROMOTES_FROM
from heatmaps_project.desk.models import Origin, Outcome
from heatmaps_project.supervision.rollups.facts import Fact
from heatmaps_project.supervision.rollups.spans import Span
from spots.cases.events import EventKind
from spots.cases.models import Kind
from spots.cases.states import Dismissal, State
from spots.sla.outcomes import OUTCOME
from spots.sla.outcomes import Outcome as OfPromise

IN_A_DAY_S: Final = 24 * 3600
HELD_FOR_S: Final = 72 * 3600
OVERALL: Final = "_overall"
NO_FAULT: Final = (Dismissal.NOT_NETWORK, Dismissal.DUPLICATE, Dismissal.TEST)
COLUMNS: Final = "at, brand_id, region_id, team_id, topic_id, what, before, took, n, good, total"

_SPOT: Final = f"c.kind = '{Kind.SPOT}' AND c.state <> '{State.MERGED}'"
_OF_CASE: Final = "c.brand_id, c.region_id, c.team_id"
_NO_LENGTH: Final = "NULL::interval"  # took
_PLAIN: Final = f"NULL::bigint, '', NULL::timestamptz, {_NO_LENGTH}"  # topic, what, before, took
_OUTCOME: Final = OUTCOME.replace("%s", "%(now)s")

# good: first fixed within a day, and neither reopened nor sent back to fixing for three.
_OPENED: Final = f"""
    SELECT life.opened, {_OF_CASE}, {_PLAIN}, 1,
        coalesce(first_fixed <= opened + interval '{IN_A_DAY_S} s' AND NOT EXISTS (
            SELECT FROM unnest(came_back) AS back
            WHERE back BETWEEN first_fixed AND first_fixed + interval '{HELD_FOR_S} s'
        ), false)::int, 0
    FROM (
        SELECT case_id, max(at) FILTER (WHERE kind = '{EventKind.OPENED}') AS opened,
            min(at) FILTER (WHERE kind = '{EventKind.FIXED}') AS first_fixed,
            array_agg(at) FILTER (WHERE kind IN ('{EventKind.REOPENED}', '{EventKind.FAILED}'))
                AS came_back
        FROM spots_event e
        WHERE kind IN ('{EventKind.OPENED}', '{EventKind.FIXED}', '{EventKind.REOPENED}',
                '{EventKind.FAILED}')
            AND {{after}} AND at <= %(now)s
        GROUP BY case_id
    ) AS life JOIN spots_case c ON c.id = life.case_id
    WHERE {{within}} AND {_SPOT}
"""
# before: its last fix before this one, so that a spot fixed twice in a period can count once.
_FIXED: Final = f"""
    SELECT e.at, {_OF_CASE}, NULL::bigint, '', (
        SELECT max(b.at) FROM spots_event b
        WHERE b.case_id = e.case_id AND b.kind = '{EventKind.FIXED}'
            AND (b.at, b.id) < (e.at, e.id)
    ), {_NO_LENGTH}, 1, 0, 0
    FROM spots_event e JOIN spots_case c ON c.id = e.case_id
    WHERE {{within}} AND e.kind = '{EventKind.FIXED}' AND {_SPOT}
"""
# what: the target; good: kept. What was no longer needed by its due time is left out.
_DUE: Final = f"""
    SELECT k.due_at, {_OF_CASE}, NULL::bigint, k.target, NULL::timestamptz, {_NO_LENGTH}, 1,
        (({_OUTCOME}) = '{OfPromise.KEPT}')::int, 0
    FROM spots_clock k JOIN spots_case c ON c.id = k.case_id
    WHERE {{within}} AND k.due_at < %(now)s AND ({_OUTCOME}) <> '{OfPromise.STOPPED}' AND {_SPOT}
"""
_WAS_MEMBER: Final = """
    m.since <= k.resolved_at AND (m.until IS NULL OR m.until >= k.resolved_at)
"""
# good: it was in a spot when it was solved.
_SOLVED: Final = f"""
    SELECT k.resolved_at, k.brand_id, k.region_id, NULL::bigint, {_PLAIN}, 1,
        (EXISTS (
            SELECT FROM spots_membership m JOIN spots_case c ON c.id = m.case_id
            WHERE m.complaint_id = k.id AND c.kind = '{Kind.SPOT}' AND {_WAS_MEMBER}
        ))::int, 0
    FROM complaints_complaint k WHERE {{within}} AND k.withdrawn_at IS NULL
"""
# Once for each team whose case it was in then; good: it was in a spot, of whichever team.
_TEAMED: Final = f"""
    SELECT resolved_at, brand_id, region_id, team_id, {_PLAIN}, 1,
        (bool_or(is_spot) OVER (PARTITION BY id))::int, 0
    FROM (
        SELECT k.id, k.resolved_at, k.brand_id, k.region_id, c.team_id,
            bool_or(c.kind = '{Kind.SPOT}') AS is_spot
        FROM complaints_complaint k JOIN spots_membership m ON m.complaint_id = k.id
        JOIN spots_case c ON c.id = m.case_id
        WHERE {{within}} AND k.withdrawn_at IS NULL AND {_WAS_MEMBER}
        GROUP BY 1, 2, 3, 4, 5
    ) AS theirs
"""
# took: from reception to the solution, of those that never were in a spot.
_ALONE: Final = f"""
    SELECT k.resolved_at, k.brand_id, k.region_id, NULL::bigint, NULL::bigint, '',
        NULL::timestamptz, k.resolved_at - k.received_at, 1, 0, 0
    FROM complaints_complaint k
    WHERE {{within}} AND k.withdrawn_at IS NULL AND NOT EXISTS (
        SELECT FROM spots_membership m JOIN spots_case c ON c.id = m.case_id
        WHERE m.complaint_id = k.id AND c.kind = '{Kind.SPOT}')
"""
_FIRST: Final = (
    "(array_agg(s.{what} ORDER BY s.at, s.id) FILTER (WHERE s.{what} IS NOT NULL))[1] AS {what}"
)
_PASSED_ON: Final = ", ".join(f"'{one}'" for one in (Outcome.PASSED_ON, Outcome.SINGLE))
# A call by its first lookup, of the brand and region first known in it; took: until its last
# outcome; good: something was passed on; total: it had an outcome.
_CALLED: Final = f"""
    SELECT l.at, whole.brand_id, whole.region_id, NULL::bigint, NULL::bigint, '',
        NULL::timestamptz, whole.ended - l.at, 1, coalesce(whole.passed_on, false)::int,
        (whole.ended IS NOT NULL)::int
    FROM heatmaps_project_lookup l CROSS JOIN LATERAL (
        SELECT {_FIRST.format(what="brand_id")}, {_FIRST.format(what="region_id")},
            max(o.at) AS ended, bool_or(o.outcome IN ({_PASSED_ON})) AS passed_on
        FROM heatmaps_project_lookup s
        LEFT JOIN heatmaps_project_lookupoutcome o ON o.lookup_id = s.id AND o.at <= %(now)s
        WHERE s.call = l.call AND s.origin <> '{Origin.OWN}' AND s.at <= %(now)s
    ) AS whole
    WHERE {{within}} AND l.origin <> '{Origin.OWN}' AND NOT EXISTS (
        SELECT FROM heatmaps_project_lookup e
        WHERE e.call = l.call AND e.origin <> '{Origin.OWN}' AND (e.at, e.id) < (l.at, l.id))
"""
# Steps that people took, in single cases too; good: it was handed over; total: minutes of work.
_STEP: Final = f"""
    SELECT e.at, {_OF_CASE}, {_PLAIN}, 1, (e.kind = '{EventKind.ROUTED}')::int,
        coalesce((e.facts ->> 'minutes')::int, 0)
    FROM spots_event e JOIN spots_case c ON c.id = e.case_id
    WHERE {{within}} AND e.by_id IS NOT NULL AND c.state <> '{State.MERGED}'
"""
_NO_FAULT: Final = ", ".join(f"'{one}'" for one in NO_FAULT)
# good: there was no fault after all.
_ENDED: Final = f"""
    SELECT c.ended_at, {_OF_CASE}, c.topic_id, '', NULL::timestamptz, {_NO_LENGTH}, 1,
        (c.state = '{State.DISMISSED}' AND c.dismissed_for IN ({_NO_FAULT}))::int, 0
    FROM spots_case c WHERE {{within}} AND {_SPOT}
"""
# n: customers of the spots opened then; good: those whose first complaint came in later.
_JOINED: Final = f"""
    SELECT c.opened_at, {_OF_CASE}, {_PLAIN}, them.n, them.later, 0
    FROM spots_case c CROSS JOIN LATERAL (
        SELECT count(*) AS n, count(*) FILTER (WHERE first > c.opened_at) AS later FROM (
            SELECT min(k.received_at) AS first
            FROM spots_membership m JOIN complaints_complaint k ON k.id = m.complaint_id
            WHERE m.case_id = c.id AND m.until IS NULL AND k.withdrawn_at IS NULL
                AND k.customer_id IS NOT NULL
            GROUP BY k.customer_id
        ) AS each
    ) AS them
    WHERE {{within}} AND {_SPOT}
"""
# good: satisfied; total: the ratings' sum.
_RATED: Final = f"""
    SELECT a.at, {_OF_CASE}, {_PLAIN}, 1, (a.score >= v.good_from)::int, a.score
    FROM feedback_answer a JOIN feedback_invitation i ON i.id = a.invitation_id
    JOIN feedback_version v ON v.id = i.version_id
    JOIN spots_case c ON c.id = i.case_id
    WHERE {{within}} AND a.question = 1 AND a.kind = '{Asked.CSAT}'
        AND i.touch_point = '{Trigger.FIXED}' AND {COUNTED} AND {_SPOT}
"""
# what: NPS or CSAT, of us as a whole with OVERALL at its end; good: promoters or satisfied;
# total: detractors.
_SCORED: Final = f"""
    SELECT a.at, i.brand_id, i.region_id, NULL::bigint, NULL::bigint,
        CASE WHEN i.event_id IS NULL AND i.touch_id IS NULL THEN a.kind || '{OVERALL}'
            ELSE a.kind END, NULL::timestamptz, {_NO_LENGTH}, 1,
        CASE a.kind WHEN '{Asked.NPS}' THEN a.score >= {PROMOTES_FROM}
            ELSE a.score >= v.good_from END::int,
        (a.kind = '{Asked.NPS}' AND a.score <= {DETRACTS_UP_TO})::int
    FROM feedback_answer a JOIN feedback_invitation i ON i.id = a.invitation_id
    JOIN feedback_version v ON v.id = i.version_id
    WHERE {{within}} AND a.kind IN ('{Asked.NPS}', '{Asked.CSAT}') AND {COUNTED}
"""


@dataclass(frozen=True)
class _Source:
    """The column that says when, and the query; {within} stands for the spans asked for."""

    at: str
    query: str


_SOURCES: Final = {
    Fact.OPENED: _Source("life.opened", _OPENED),
    Fact.FIXED: _Source("e.at", _FIXED),
    Fact.DUE: _Source("k.due_at", _DUE),
    Fact.SOLVED: _Source("k.resolved_at", _SOLVED),
    Fact.TEAMED: _Source("k.resolved_at", _TEAMED),
    Fact.ALONE: _Source("k.resolved_at", _ALONE),
    Fact.CALLED: _Source("l.at", _CALLED),
    Fact.STEP: _Source("e.at", _STEP),
    Fact.ENDED: _Source("c.ended_at", _ENDED),
    Fact.JOINED: _Source("c.opened_at", _JOINED),
    Fact.RATED: _Source("a.at", _RATED),
    Fact.SCORED: _Source("a.at", _SCORED),
}
_LIFE: Final = timedelta(seconds=IN_A_DAY_S + HELD_FOR_S)  # of an opening, that is counted


def source(fact: Fact, spans: Sequence[Span], now: datetime) -> tuple[str, dict[str, Any]]:
    """
    Return the query of a fact's rows in spans, as they are told of at a moment, and its values.

    The spans are written out, for PostgreSQL to know how few rows they hold.
    """
    name, found = fact.value, _SOURCES[fact]
    values: dict[str, Any] = {"now": now}
    within, after = [], []
    for n, span in enumerate(spans):
        begin, end, late = (f"{name}_{what}{n}" for what in ("begin", "end", "late"))
        values |= {begin: span.begin, end: span.end, late: span.end + _LIFE}
        within.append(f"{found.at} >= %({begin})s AND {found.at} < %({end})s")
        after.append(f"e.at >= %({begin})s AND e.at <= %({late})s")
    parts = {"within": f"({' OR '.join(within)})", "after": f"({' OR '.join(after)})"}
    return found.query.format(**parts), values
