"""What the web answers while PostgreSQL lets nobody in."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

import psycopg
import pytest
import requests

from heatmaps_project.bench.serving import serving
from tests.complaints.intake.bodies import body, make_places
from tests.factories import bearer, make_api_client
from tests.servers import Server, children_of, own_postgres

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

LASTS_S = 20  # by then whoever tries again less and less often has stopped trying for as long
FEW = 20  # connections
END_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = 'heatmaps' AND application_name <> 'the test'
"""


@contextmanager
def closed(postgres: Server) -> Iterator[None]:
    """Every connection is cut, and none is taken."""
    elsewhere = psycopg.conninfo.make_conninfo(postgres.url, dbname="postgres")
    with psycopg.connect(elsewhere, autocommit=True) as other:
        other.execute("ALTER DATABASE heatmaps ALLOW_CONNECTIONS false")
        other.execute(END_OTHERS)
        yield
        other.execute("ALTER DATABASE heatmaps ALLOW_CONNECTIONS true")


@contextmanager
def held(postgres: Server) -> Iterator[None]:
    """Somebody else has every connection there is."""
    holds = [psycopg.connect(postgres.url, application_name="the test", autocommit=True)]
    try:
        while True:
            with suppress(psycopg.OperationalError):
                while True:
                    holds.append(psycopg.connect(postgres.url, application_name="the test"))
            if not holds[0].execute(END_OTHERS).fetchall():
                break
        yield
    finally:
        for one in holds:
            one.close()


@pytest.mark.parametrize("shut", [closed, held])
def test_while_nobody_is_let_in_it_says_so_and_goes_on_afterwards(
    shut: Callable[[Server], AbstractContextManager[None]], monkeypatch
):
    make_places()
    headers = bearer(make_api_client("crm"))

    def tell(number: int) -> requests.Response:
        sent = body(external_id=f"SR-{number}")
        return requests.post(
            f"{server.url}/api/v1/complaints/", json=sent, headers=headers, timeout=60
        )

    with own_postgres() as postgres:
        postgres.ask(f"ALTER SYSTEM SET max_connections = {FEW}")
        postgres.restart(lambda: None)
        monkeypatch.setenv("DATABASE_URL", postgres.url)
        with serving() as server:
            assert tell(1).status_code == 201
            known = children_of(server.process)
            with shut(postgres):
                with pytest.raises(psycopg.OperationalError):
                    postgres.ask("SELECT 1")
                ends = time.monotonic() + LASTS_S
                answers = [tell(2), tell(3)]
                health = requests.get(f"{server.url}/health/", timeout=60)
                alive = requests.get(f"{server.url}/health/live/", timeout=60)
                while time.monotonic() < ends:
                    answers.append(tell(4))
            began = time.monotonic()
            again = [tell(number) for number in (2, 3, 4, 5)]
            took = time.monotonic() - began
            still = children_of(server.process)

    refused = {(one.status_code, one.headers.get("Retry-After")) for one in answers}
    assert refused == {(503, "5")}
    assert (health.status_code, health.json()["status"]) == (503, "down")
    assert alive.status_code == 200
    assert [one.status_code for one in again] == [201, 201, 201, 201]
    assert took < LASTS_S / 2
    assert still == known  # no worker was ended, and started anew
