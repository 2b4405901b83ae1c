"""How gateways are doing: outcomes counted, failing ones shut for a while, rates kept."""

from datetime import datetime

from django.db import connection

from feedback.notifications.gateways.breaker import SHUT_FOR, WINDOW, is_failing
from feedback.notifications.gateways.models import GatewayHealth

# Each worker takes the turns of its parts and waits for the first; the clock is the database's,
# so that all workers together keep the rate.
_TURN = """
    INSERT INTO feedback_gatewayhealth (name, since, taken, failed, free_at)
    VALUES (
        %(name)s, clock_timestamp(), 0, 0, clock_timestamp() + make_interval(secs => %(seconds)s)
    )
    ON CONFLICT (name) DO UPDATE SET free_at =
        greatest(coalesce(feedback_gatewayhealth.free_at, '-infinity'), clock_timestamp())
        + make_interval(secs => %(seconds)s)
    WHERE coalesce(feedback_gatewayhealth.free_at, '-infinity')
        <= clock_timestamp() + make_interval(secs => %(most)s)
    RETURNING extract(epoch FROM free_at - clock_timestamp()) - %(seconds)s
"""
# A minute that is over is counted anew.
_COUNT = """
    INSERT INTO feedback_gatewayhealth AS h (name, since, taken, failed)
    VALUES (%(name)s, %(now)s, %(taken)s, %(failed)s)
    ON CONFLICT (name) DO UPDATE SET
        since = CASE WHEN h.since > %(since)s THEN h.since ELSE excluded.since END,
        taken = CASE WHEN h.since > %(since)s THEN h.taken ELSE 0 END + excluded.taken,
        failed = CASE WHEN h.since > %(since)s THEN h.failed ELSE 0 END + excluded.failed
    RETURNING taken, failed
"""


def note_outcomes(name: str, *, taken: int, failed: int, now: datetime) -> bool:
    """Count what came of a batch, and return whether the gateway is shut because of it."""
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNT,
            {"name": name, "now": now, "taken": taken, "failed": failed, "since": now - WINDOW},
        )
        all_taken, all_failed = cursor.fetchone()
    if not is_failing(taken=all_taken, failed=all_failed):
        return False
    shut = {"shut_until": now + SHUT_FOR, "since": now, "taken": 0, "failed": 0}
    GatewayHealth.objects.filter(name=name).update(**shut)
    return True


def wait_for_turn(name: str, *, parts: int, per_second: int, most: float) -> float | None:
    """
    Take the turns of so many parts, and return how long to wait for the first, in seconds.

    None: for longer than `most`, so none was taken. Enough others are at the gateway.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TURN, {"name": name, "seconds": parts / per_second, "most": most})
        row = cursor.fetchone()
    return max(0.0, float(row[0])) if row else None
