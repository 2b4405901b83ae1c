"""Two years of a large operator's promises: spots, clocks and their ledger, in SQL."""

from datetime import datetime
from typing import Any

from django.db import connection

from heatmaps_project.demo.office import open_office
from heatmaps_project.models import User
from spots.models import Cause, Policy, Team
from spots.sla.in_force import policies_in_force

# Each spot 2 x 365 x 24 h / spots after the one before; the newest are still worked on.
CASES = """
    INSERT INTO spots_case (
        kind, brand_id, region_id, topic_id, state, place, centre, outline, customers, complaints,
        evidence, started_at, opened_at, team_id, engineer_id, technologies, cause_id, fix_kind,
        eta_at, waits_for, goes_on_as, dismissed_for, fixed_at, ended_at, priority,
        priority_parts, priority_facts, unhappy, band
    )
    SELECT 'spot', %(brand)s, %(region)s, (SELECT min(id) FROM complaints_topic) + n %% 3,
        CASE WHEN age < interval '40 hours' AND n %% 3 = 0 THEN 'routed' ELSE 'closed' END,
        'Ленина, ' || n, ST_SetSRID(ST_MakePoint(41 + n %% 300 / 100.0, 57), 4326),
        ST_SetSRID(ST_MakeEnvelope(41, 57, 41.01, 57.01), 4326), 40, 50, '{}',
        %(now)s - age, %(now)s - age, (%(teams)s::bigint[])[1 + n %% array_length(%(teams)s, 1)],
        (%(people)s::bigint[])[1 + n %% array_length(%(people)s, 1)], '{}', %(cause)s,
        'accident', %(now)s - age, '', '', '', %(now)s - age + spent, %(now)s - age + spent, 10,
        '[]', '{}', 0, 1 + n %% 4
    FROM generate_series(1, %(spots)s) AS n,
        LATERAL (SELECT (%(spots)s - n) * interval '730 days' / %(spots)s AS age,
            (1 + n %% 40) * interval '1 hour' AS spent) AS told
"""
# Promised by the clock on the wall: 1, 4 and 24 hours; each spot is fixed after 1 to 40.
CLOCKS = """
    INSERT INTO spots_clock (
        case_id, target, policy_id, minutes, started_at, due_at, satisfied_at, breached_at,
        consumed_minutes, last_number, recorded_from, recorded_until, kind, brand_id, region_id,
        topic_id, team_id, engineer_id, band
    )
    SELECT c.id, target, %(policy)s, 60 * hours, c.opened_at, due, done,
        CASE WHEN due < coalesce(done, %(now)s) THEN due END,
        extract(epoch FROM coalesce(done, c.opened_at) - c.opened_at) / 60,
        1 + (done IS NOT NULL)::int + (due < coalesce(done, %(now)s))::int,
        c.opened_at, greatest(c.opened_at, done, CASE WHEN due < %(now)s AND
            (done IS NULL OR done > due) THEN due END),
        c.kind, c.brand_id, c.region_id, c.topic_id, c.team_id, c.engineer_id, c.band
    FROM spots_case c, (VALUES ('reaction', 1, 0.05), ('eta', 4, 0.2), ('fix', 24, 1.0)) AS
        promised (target, hours, share),
        LATERAL (SELECT c.opened_at + hours * interval '1 hour' AS due,
            CASE WHEN c.opened_at + share * (c.fixed_at - c.opened_at) <= %(now)s
                THEN c.opened_at + share * (c.fixed_at - c.opened_at) END AS done) AS times
    WHERE c.id > %(after)s
"""
LEDGER = """
    INSERT INTO spots_ledgerentry (
        clock_id, number, kind, at, recorded_at, due_at, due_version, reason, policy_id,
        calendar_version_id, policy_version_id, minutes, mode
    )
    SELECT id, 1, 'started', started_at, started_at, due_at, 1, '', policy_id, %(calendar)s,
        %(version)s, minutes, ''
    FROM spots_clock WHERE case_id > %(after)s
    UNION ALL
    SELECT id, 2, 'breached', breached_at, breached_at, due_at, 1, '', NULL, NULL, NULL, NULL, ''
    FROM spots_clock WHERE breached_at IS NOT NULL AND case_id > %(after)s
    UNION ALL
    SELECT id, last_number, 'satisfied', satisfied_at, satisfied_at, due_at, 1, '', NULL, NULL,
        NULL, NULL, ''
    FROM spots_clock WHERE satisfied_at IS NOT NULL AND case_id > %(after)s
"""

# What changes hands says who: an audit as of a moment reads it.
EVENTS = """
    INSERT INTO spots_event (case_id, kind, at, was, became, note, facts)
    SELECT c.id, told.kind, at, '', '', '', facts
    FROM spots_case c, LATERAL (VALUES
        ('opened', c.opened_at, '{}'::jsonb),
        ('routed', c.opened_at + interval '1 minute', jsonb_build_object('team', c.team_id)),
        ('accepted', c.opened_at + 0.05 * (c.fixed_at - c.opened_at),
            jsonb_build_object('engineer', c.engineer_id)),
        ('fixed', c.fixed_at, '{}'::jsonb)
    ) AS told (kind, at, facts) WHERE at <= %(now)s AND c.id > %(after)s
"""
# Each changed its band as it grew, and every tenth once more after its promises were told of.
BANDS = """
    INSERT INTO spots_bandchange (case_id, at, was)
    SELECT c.id, at, 1 + (c.band + n) %% 4 FROM spots_case c,
        LATERAL (SELECT n, c.opened_at + n * interval '40 minutes' AS at FROM (VALUES
            (1), (2), (3000 * (c.id %% 10 = 0)::int)) AS told (n)) AS changes
    WHERE n > 0 AND at <= %(now)s
"""
LATE = """
    INSERT INTO spots_latefix (event_id, clock_id, reason_id, at)
    SELECT e.id, k.id, (SELECT min(id) FROM spots_latereason) + k.id %% 3, e.at
    FROM spots_event e JOIN spots_clock k ON k.case_id = e.case_id AND k.target = 'fix'
    WHERE e.kind = 'fixed' AND k.satisfied_at > k.due_at
"""


def fill(spots: int, *, now: datetime) -> None:
    """Fill an empty database with spots, of which all but the newest are closed."""
    values = {**office(now=now), "spots": spots, "after": 0}
    with connection.cursor() as cursor:
        # They refer to rows that are there; to look for each takes as long again as to write it.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in (CASES, CLOCKS, LEDGER, EVENTS, BANDS, LATE):
            cursor.execute(statement, values)


def office(*, now: datetime) -> dict[str, Any]:
    """Open an office, and return what the statements name of it."""
    brand, region = open_office(now=now)
    policy = Policy.objects.earliest("pk")
    version = next(one for one in policies_in_force() if one.offer.policy == policy.pk)
    return {
        "brand": brand.pk,
        "region": region.pk,
        "teams": list(Team.objects.values_list("pk", flat=True)),
        "people": list(User.objects.values_list("pk", flat=True)),
        "cause": Cause.objects.earliest("pk").pk,
        "policy": policy.pk,
        "version": version.policy_version,
        "calendar": version.calendar_version,
        "now": now,
    }
