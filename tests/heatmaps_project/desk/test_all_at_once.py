"""An outage begins, and all agents ask about one address at the same moment."""

import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import quantiles

import pytest
import requests
from django.db import connection

from heatmaps_project.bench.serving import WORKERS, serving
from tests.factories import bearer, make_api_client, make_coverage, make_spot
from tests.processes import environment

AGENTS, LOOKUPS, A_SECOND = 40, 600, 200
POOL = 8  # connections of each process, as settings.py has it
# of CPU for each, as a machine that is busy with other things spends it
WEB_MS, DATABASE_MS = 40.0, 10.0
TICKS = os.sysconf("SC_CLK_TCK")
BACKENDS = (
    "SELECT pid FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def cpu_ms(pids: list[int]) -> float:
    """Milliseconds of CPU that processes have used."""
    stats = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids]
    return sum(int(fields[11]) + int(fields[12]) for fields in stats) * 1000 / TICKS


def children_of(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def backends() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(BACKENDS)
        return [pid for (pid,) in cursor.fetchall()]


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_all_are_answered_by_few_connections_and_for_little_of_the_database(monkeypatch):
    point = make_spot().outline.centroid
    make_coverage()
    headers = bearer(make_api_client("crm"))
    monkeypatch.setenv("DATABASE_URL", environment()["DATABASE_URL"])
    local = threading.local()

    def look(due: float) -> tuple[float, int, str]:
        time.sleep(max(due - time.monotonic(), 0.0))
        if not hasattr(local, "session"):
            local.session = requests.Session()
        asked = {"lon": point.x, "lat": point.y}
        said = local.session.post(url, json=asked, headers=headers, timeout=60)
        return time.monotonic() - due, said.status_code, str(said.json().get("spots"))

    with serving() as server, ThreadPoolExecutor(AGENTS) as pool:
        url = f"{server.url}/api/v1/lookup/"
        list(pool.map(look, [time.monotonic()] * 2 * AGENTS))
        web, database = children_of(server.process), backends()
        web_before, database_before, began = cpu_ms(web), cpu_ms(database), time.monotonic()
        answers = list(pool.map(look, [began + n / A_SECOND for n in range(LOOKUPS)]))
        took = time.monotonic() - began
        web_ms = (cpu_ms(web) - web_before) / LOOKUPS
        database_ms = (cpu_ms(database) - database_before) / LOOKUPS
        connections = len(backends())

    p95_ms = quantiles([seconds * 1000 for seconds, *_rest in answers], n=20)[-1]
    sys.stdout.write(
        f"{LOOKUPS} in {took:.1f} s, {A_SECOND} a second begun: p95 {p95_ms:.0f} ms; CPU of each"
        f" {web_ms:.1f} ms in the web, {database_ms:.1f} ms in the database\n"
    )
    assert {status for _took, status, _spots in answers} == {200}
    assert len({spots for *_rest, spots in answers}) == 1
    assert connections <= WORKERS * POOL
    assert web_ms <= WEB_MS
    assert database_ms <= DATABASE_MS
