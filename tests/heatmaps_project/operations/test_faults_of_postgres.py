"""What the web answers while PostgreSQL lets nobody in."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
import requests
from django.db import connection

from heatmaps_project.bench.serving import serving
from tests.complaints.intake.bodies import body, make_places
from tests.e2e.installation import until
from tests.factories import bearer, make_api_client
from tests.heatmaps_project.operations.sender import sending
from tests.processes import environment
from tests.servers import Server, own_postgres

OTHERS_ARE_CUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]


@contextmanager
def nobody_let_in() -> Iterator[None]:
    """Every connection is cut, and none is taken."""
    server = connection.get_connection_params()
    name = server["dbname"]
    with psycopg.connect(**{**server, "dbname": "postgres"}, autocommit=True) as other:
        other.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        try:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )
            with pytest.raises(psycopg.OperationalError):
                psycopg.connect(**server)
            yield
        finally:
            other.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


def test_while_nobody_is_let_in_it_says_so_and_goes_on_afterwards(monkeypatch):
    make_places()
    headers = bearer(make_api_client("crm"))
    monkeypatch.setenv("DATABASE_URL", environment()["DATABASE_URL"])

    def tell(number: int) -> requests.Response:
        sent = body(external_id=f"SR-{number}")
        return requests.post(
            f"{server.url}/api/v1/complaints/", json=sent, headers=headers, timeout=30
        )

    with serving() as server:
        assert tell(1).status_code == 201
        connection.close()
        with nobody_let_in():
            answers = [tell(number) for number in (2, 3)]
            health = requests.get(f"{server.url}/health/", timeout=30)
            alive = requests.get(f"{server.url}/health/live/", timeout=30)
        again = tell(2)

    assert [(one.status_code, one.headers.get("Retry-After")) for one in answers] == [
        (503, "5"),
        (503, "5"),
    ]
    assert (health.status_code, health.json()["status"]) == (503, "down")
    assert alive.status_code == 200
    assert again.status_code == 201


@contextmanager
def all_held(postgres: Server) -> Iterator[None]:
    """Others hold every connection that there is."""
    held = []
    try:
        with pytest.raises(psycopg.OperationalError, match="too many clients"):
            while True:
                held.append(psycopg.connect(postgres.url))
        yield
    finally:
        for one in held:
            one.close()


def test_while_others_hold_every_connection_it_says_so_and_goes_on_afterwards(monkeypatch):
    make_places()
    headers = bearer(make_api_client("crm"))

    with own_postgres() as postgres:
        postgres.ask("ALTER SYSTEM SET max_connections = 30")
        postgres.restart(lambda: None)
        monkeypatch.setenv("DATABASE_URL", postgres.url)
        with serving() as web, sending(web.url, headers) as sender:
            until(sender.has_taken_more(), "complaints are taken")
            postgres.ask(OTHERS_ARE_CUT)  # else the pool keeps what it has, and nothing happens
            with all_held(postgres):
                until(lambda: sender.answers[-1].status == 503, "complaints are refused")
                health = requests.get(f"{web.url}/health/", timeout=30)
                alive = requests.get(f"{web.url}/health/live/", timeout=30)
            until(sender.has_taken_more(), "complaints are taken again")
        rows = postgres.ask("SELECT external_id FROM complaints_complaint")

    assert (health.status_code, alive.status_code) == (503, 200)
    assert sender.refusals() == {(503, "5")}
    assert set(sender.taken) <= {external_id for (external_id,) in rows}
