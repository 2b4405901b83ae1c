"""Whether the parts that Heatmaps stands on answer, as probes and people ask."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial

import redis
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from heatmaps_project.clocks import apart
from heatmaps_project.operations.models import Heartbeat

# How long no heartbeat may come through a queue. Detection has one process, which may look at a
# mass outage for minutes: no task takes longer than its time limit of 300 s.
QUEUES = {"celery": timedelta(seconds=120), "detection": timedelta(seconds=360)}
BROKER_ANSWERS_S = 2.0
CLOCKS_DIFFER_MOST = timedelta(seconds=30)  # of this machine and the database's


@dataclass(frozen=True)
class Check:
    """
    One part, and whether it answers.

    vital   without it no request can be answered
    age     how long ago it last answered, where that is known
    """

    name: str
    ok: bool
    vital: bool = False
    age: timedelta | None = None


def checks(*, now: datetime) -> list[Check]:
    """Ask every part; a part that is down makes no other look so."""
    stands = _stands(_database)
    return [
        Check("database", stands, vital=True),
        Check("migrations", stands and _stands(_migrations), vital=True),
        Check("clock", stands and _stands(partial(_clock, now))),
        Check("broker", _stands(_broker)),
        *_queues(now, stands=stands),
    ]


def is_ready() -> bool:
    """Whether requests may come: the database answers, and is as this code wants it."""
    return _stands(_database) and _stands(_migrations)


def queue_is_worked_off(queue: str, *, now: datetime) -> bool:
    return next(check.ok for check in _queues(now, stands=True) if check.name == f"queue {queue}")


def _queues(now: datetime, *, stands: bool) -> list[Check]:
    seen = dict(Heartbeat.objects.values_list("queue", "at")) if stands else {}
    ages = {queue: now - seen[queue] if queue in seen else None for queue in QUEUES}
    return [
        Check(f"queue {queue}", ok=age is not None and age <= QUEUES[queue], age=age)
        for queue, age in ages.items()
    ]


def _stands(ask: Callable[[], bool]) -> bool:
    try:
        return ask()
    except (DatabaseError, InterfaceError, redis.RedisError, OSError):
        return False


def _database() -> bool:
    """Whether it answers, and can be written to: a follower, or a former server, answers too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('transaction_read_only')")
        return bool(cursor.fetchone() == ("off",))


def _clock(now: datetime) -> bool:
    return apart(now) <= CLOCKS_DIFFER_MOST


def _migrations() -> bool:
    return _of_this_code() <= MigrationRecorder(connection).applied_migrations().keys()


@cache
def _of_this_code() -> frozenset[tuple[str, str]]:
    """Return every migration, by app and name: read from files once, as probes come often."""
    return frozenset(MigrationLoader(None).graph.nodes)


def _broker() -> bool:
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=BROKER_ANSWERS_S, socket_connect_timeout=BROKER_ANSWERS_S
    )
    try:  # to write: a broker that is full, or a replica, answers and takes no task
        return bool(client.set("heatmaps:health", "", ex=60))
    finally:
        client.close()
