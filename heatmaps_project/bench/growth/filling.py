"""
An operator's database as it grows: so many complaints a day, for a week or for two years.

Each step adds the days before those that are there: what is new is as much at every size, and
only what lies behind it grows.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from django.core.management.base import CommandError
from django.db import connection
from django.utils import timezone

from complaints.models import Brand, Region
from heatmaps_project.accounts.roles import Role
from heatmaps_project.bench.audit.filling import CLOCKS, EVENTS, LEDGER, office
from heatmaps_project.bench.filling import at_once
from heatmaps_project.bench.lookup.filling import fill_around
from heatmaps_project.bench.pages.filling import LAT, LON, Size, complain
from heatmaps_project.models import HourlyFact, Look, RolledDay, User
from heatmaps_project.supervision.rollups.transitions import roll_up
from spots.maps.models import HeatDay
from spots.maps.transitions_of_heat import count_heat
from spots.models import Case

A_DAY: Final = 14_000  # complaints: ten million in two years
OF_A_SPOT: Final = 50
ADDRESSES: Final = 400_000
STAFF: Final = 700
STALE: Final = timedelta(hours=20)  # the newest days are looked at: they must not be of yesterday
LOOKER: Final = "growth-{}"  # the name of one of the staff

# The newest lie in the middle of what the bench of tiles looks at. Of the last ten days some are
# still worked on, and whatever takes longer than it is old.
CASES: Final = """
    INSERT INTO spots_case (
        kind, brand_id, region_id, topic_id, state, place, centre, outline, customers, complaints,
        evidence, started_at, opened_at, team_id, engineer_id, technologies, cause_id, fix_kind,
        eta_at, waits_for, goes_on_as, dismissed_for, fixed_at, ended_at, priority,
        priority_parts, priority_facts, unhappy, band
    )
    SELECT 'spot', %(brand)s, %(region)s, (SELECT min(id) FROM complaints_topic) + n %% 3,
        CASE WHEN ended IS NULL THEN 'routed' ELSE 'closed' END, 'Ленина, ' || n,
        ST_SetSRID(ST_MakePoint(lon, lat), 4326),
        ST_SetSRID(ST_MakeEnvelope(lon, lat, lon + 0.007, lat + 0.007), 4326), 40, %(each)s, '{}',
        %(now)s - age - interval '150 minutes', %(now)s - age,
        (%(teams)s::bigint[])[1 + n %% array_length(%(teams)s, 1)],
        (%(people)s::bigint[])[1 + n %% array_length(%(people)s, 1)], '{}', %(cause)s,
        'accident', %(now)s - age + interval '40 hours', '', '', '', ended, ended, n %% 200,
        '[]', '{}', 0, 1 + n %% 4
    FROM generate_series(%(first)s, %(last)s) AS n,
        LATERAL (SELECT n * %(gap)s AS age, (1 + n %% 40) * interval '1 hour' AS spent,
            (149999999 - n) %% 30000 AS place) AS told,
        LATERAL (SELECT %(lon)s + place %% 300 * 0.01 AS lon, %(lat)s + place / 300 * 0.01 AS lat,
            CASE WHEN spent < age AND (n %% 10 > 0 OR age > interval '10 days')
                THEN %(now)s - age + spent END AS ended) AS shown
"""
LOOKS: Final = """
    INSERT INTO heatmaps_project_look (at, by_id, subject, field, reason)
    SELECT %(now)s - n * %(step)s, (%(staff)s::bigint[])[1 + n %% array_length(%(staff)s, 1)],
        'customer ' || n %% 700000, 'phone', 'call'
    FROM generate_series(%(first)s, %(last)s) AS n
"""
# A fifth as many as looks: each of another conversation.
LOOKUPS: Final = """
    INSERT INTO heatmaps_project_lookup (
        key, call, at, origin, by_id, agent, asked, customer_id, brand_id, region_id, situation,
        took_ms
    )
    SELECT gen_random_uuid(), gen_random_uuid(), %(now)s - n * %(step)s, 'page',
        (%(staff)s::bigint[])[1 + n %% array_length(%(staff)s, 1)], '', 'phone',
        1 + n %% 70000, %(brand)s, %(region)s, 'outage', 9
    FROM generate_series(%(first)s, %(last)s, 5) AS n
"""


def grow(complaints: int) -> datetime:
    """
    Let the database hold so many complaints, and as many looks; return the moment it is as of.

    What is there stays. A run that is killed has added a step, or nothing of it.

    :raises CommandError: it holds more, or is of another day
    """
    there = Case.objects.count()
    wanted = complaints // OF_A_SPOT
    newest = Case.objects.order_by("-opened_at").first()
    now = newest.opened_at if newest else timezone.now()
    if there > wanted or timezone.now() - now > STALE:
        raise CommandError("Filled otherwise, or on another day: remove .run/pg-bench-growth.")
    if there < wanted:
        at_once(lambda: _add(there, wanted, now=now))
    return now


def _add(there: int, wanted: int, *, now: datetime) -> None:
    after = Case.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    named = {
        **office(now=now),
        "after": after,
        "first": there,
        "last": wanted - 1,
        "each": OF_A_SPOT,
        "gap": timedelta(days=OF_A_SPOT / A_DAY),
        "lon": LON,
        "lat": LAT,
    }
    _run(named, CASES, CLOCKS, LEDGER, EVENTS)
    size = Size(wanted - there, (wanted - there) * OF_A_SPOT)
    complain(size, brand_id=named["brand"], region_id=named["region"], now=now, after=after)
    if not there:
        fill_around(ADDRESSES, now=now)
    looked = {
        "now": now,
        "first": there * OF_A_SPOT,
        "last": wanted * OF_A_SPOT - 1,
        "step": timedelta(days=1 / A_DAY),
        "staff": _staff(),
        "brand": named["brand"],
        "region": named["region"],
    }
    _run(looked, LOOKS, LOOKUPS)
    # Sums of days that were empty when they were made.
    RolledDay.objects.all().delete()
    HourlyFact.objects.all().delete()
    HeatDay.objects.all().delete()


def settle() -> None:
    """Do what the tasks have done long before anybody asks."""
    while roll_up(now=timezone.now()):
        pass
    count_heat(now=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE heatmaps_project_hourlyfact, spots_heatcell")


def looker() -> User:
    """One of those whose looks are asked for."""
    return User.objects.get(username=LOOKER.format(7))


def _staff() -> list[int]:
    names = [LOOKER.format(number) for number in range(STAFF)]
    if not Look.objects.exists():
        made = User.objects.bulk_create(
            User(username=name, role=Role.AGENT, is_staff=True) for name in names
        )
        Brand.objects.earliest("pk").user_set.add(*made)
        Region.objects.earliest("pk").user_set.add(*made)
    return list(User.objects.filter(username__in=names).values_list("pk", flat=True))


def _run(values: dict[str, Any], *statements: str) -> None:
    with connection.cursor() as cursor:
        # They refer to rows that are there; to look for each takes as long again as to write it.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
