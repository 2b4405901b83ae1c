"""What the web answers while PostgreSQL lets nobody in."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
import requests
from django.db import connection

from heatmaps_project.bench.serving import serving
from tests.complaints.intake.bodies import body, make_places
from tests.factories import bearer, make_api_client
from tests.processes import environment

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
