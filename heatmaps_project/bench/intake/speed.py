"""How fast complaints are taken, beside what the same row costs without us."""

import io
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Any, Final

from django.db import connection, transaction
from django.test import override_settings

from complaints.customers.models import Brand
from complaints.intake.models import Topic
from heatmaps_project.bench.intake.world import bodies, make_world
from heatmaps_project.wsgi import application

REQUESTS: Final = 200  # of one round
ROUNDS: Final = 3
ROWS: Final = 5000  # of one batch
COPIED: Final = (
    *("brand_id", "source", "external_id", "fingerprint", "customer_id", "topic_id", "channel"),
    *("text", "occurred_at", "received_at", "address", "placing", "point", "precision"),
    *("placed_at", "region_id", "corrections"),
)
URLS: Final = "heatmaps_project.bench.intake.bare"


@dataclass(frozen=True)
class Single:
    """Milliseconds of this process's CPU for one POST; medians of ROUNDS rounds."""

    ours: float
    bare: float

    @property
    def ratio(self) -> float:
        return self.ours / self.bare


@dataclass(frozen=True)
class Batch:
    """Rows a second, database included; medians of ROUNDS rounds."""

    ours: float
    bare: float

    @property
    def share(self) -> float:
        return self.ours / self.bare


class Caller:
    """Posts to the application in this process, through everything that a request passes."""

    def __init__(self, token: str) -> None:
        self.token = token

    def post(self, path: str, body: bytes) -> bytes:
        """:raises RuntimeError: it is not taken"""
        statuses: list[str] = []

        def start(status: str, _headers: object, _error: object = None) -> Callable[[bytes], None]:
            statuses.append(status)
            return lambda _written: None

        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": path,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "8000",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_AUTHORIZATION": self.token,
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
        }
        answer = b"".join(application(environ, start))
        if statuses[0][:3] not in {"200", "201"}:
            raise RuntimeError(f"{path}: {statuses[0]} {answer[:500]!r}")
        return answer


@override_settings(ROOT_URLCONF=URLS, API_REQUESTS_PER_MINUTE=10**9)
def singles() -> Single:
    """Measure POST /complaints/ beside a plain view with the same token and middleware."""
    caller = Caller(make_world())
    brand, topic = Brand.objects.get(code="bench").pk, Topic.objects.get(code="no_signal").pk
    ours, bare = [], []
    for number in range(ROUNDS + 1):
        sent = list(bodies(f"single{number}", REQUESTS))
        ours.append(_cpu_ms(caller, "/api/v1/complaints/", sent))
        plain = [_plain(body, brand=brand, topic=topic) for body in sent]
        bare.append(_cpu_ms(caller, "/bare/", plain))
    return Single(median(ours[1:]), median(bare[1:]))  # the first only warms up


def _plain(body: dict[str, Any], *, brand: int, topic: int) -> dict[str, Any]:
    kept = {name: body[name] for name in ("external_id", "channel", "text", "occurred_at")}
    return {**kept, **body["point"], "source": "bare", "brand": brand, "topic": topic}


def _cpu_ms(caller: Caller, path: str, sent: Iterable[dict[str, Any]]) -> float:
    raw = [json.dumps(body).encode() for body in sent]
    began = time.process_time()
    for body in raw:
        caller.post(path, body)
    return (time.process_time() - began) / len(raw) * 1000


@override_settings(API_REQUESTS_PER_MINUTE=10**9)
def batches() -> Batch:
    """Measure POST /complaints/batch/ beside psycopg's COPY of the very rows that it stored."""
    caller = Caller(make_world())
    ours, bare = [], []
    for number in range(ROUNDS + 1):
        body = json.dumps(list(bodies(f"batch{number}", ROWS))).encode()
        took = _wall_s(partial(caller.post, "/api/v1/complaints/batch/", body))
        ours.append(ROWS / took)
        rows = _taken_out(f"batch{number}-%")
        took = _wall_s(partial(copied, rows))
        bare.append(ROWS / took)
    return Batch(median(ours[1:]), median(bare[1:]))


def _wall_s(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _taken_out(pattern: str) -> list[tuple[Any, ...]]:
    """Return stored rows as COPY takes them, and take them out of the table."""
    columns = ", ".join(f'"{name}"' for name in COPIED)
    with connection.cursor() as cursor:
        where = "WHERE source = 'bench' AND external_id LIKE %s"
        cursor.execute(f"SELECT {columns} FROM complaints_complaint {where}", [pattern])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        cursor.execute(f"DELETE FROM complaints_complaint {where}", [pattern])
    assert len(rows) == ROWS
    return rows


def copied(rows: list[tuple[Any, ...]]) -> None:
    """COPY rows of COPIED as they are."""
    columns = ", ".join(f'"{name}"' for name in COPIED)
    statement = f"COPY complaints_complaint ({columns}) FROM STDIN"
    with (
        transaction.atomic(),
        connection.cursor() as cursor,
        cursor.copy(statement) as copy,
    ):
        for row in rows:
            copy.write_row(row)
