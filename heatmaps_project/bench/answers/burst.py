"""Customers who answer all at once: on the page of a server as in production, and by text."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import quantiles
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from django.db import connection
from django.utils import timezone

from feedback.notifications import transitions as notifications
from feedback.surveys.links import links_to
from heatmaps_project.bench.serving import Server

CUSTOMERS: Final = 8  # who answer at the same time
PER_SECOND: Final = 50  # of the burst that must be carried


@dataclass(frozen=True)
class Burst:
    """What became of taps that came at a rate, or as fast as they could."""

    per_second: float
    p50_ms: float
    p99_ms: float
    refused: int


def tapped(server: Server, invitation_ids: Sequence[int], *, rate: float | None = None) -> Burst:
    """
    Tap a score on the page of each invitation, and return how that went.

    rate  taps a second, begun on time whatever became of those before; None: without a pause
    """
    pages = [server.url + urlsplit(link).path for link in links_to(invitation_ids).values()]
    local, began = threading.local(), time.perf_counter()

    def tap(numbered: tuple[int, str]) -> tuple[float, bool]:
        number, page = numbered
        due = began + number / rate if rate else time.perf_counter()
        time.sleep(max(due - time.perf_counter(), 0.0))
        session = _session(local)
        sent = {"question": "1", "score": str(number % 11)}
        answer = session.post(page, data=sent, allow_redirects=False, timeout=60)
        return time.perf_counter() - due, answer.status_code == 303

    with ThreadPoolExecutor(CUSTOMERS if rate is None else 4 * CUSTOMERS) as pool:
        took = list(pool.map(tap, enumerate(pages)))
    cuts = quantiles([seconds * 1000 for seconds, _kept in took], n=100)
    return Burst(
        per_second=len(pages) / (time.perf_counter() - began),
        p50_ms=cuts[49],
        p99_ms=cuts[98],
        refused=sum(not kept for _seconds, kept in took),
    )


def _session(local: Any) -> requests.Session:
    if not hasattr(local, "session"):
        local.session = requests.Session()
    session: requests.Session = local.session
    return session


def heard() -> float:
    """Settle every text that has come in, and return how many a second."""
    began, settled = time.perf_counter(), 0
    while done := notifications.settle_texts(now=timezone.now()):
        settled += done
    return settled / (time.perf_counter() - began)


def inserted(invitation_ids: Sequence[int]) -> float:
    """Insert a bare row a score, each alone in its transaction; return how many a second."""
    columns = "invitation_id, question, kind, score, chosen, at, channel, unheard"
    statement = (
        f"INSERT INTO feedback_answer ({columns})"
        " VALUES (%s, 1, 'nps', %s, '{}', now(), 'web', false)"
    )

    def insert(numbers: Sequence[tuple[int, int]]) -> None:
        with connection.cursor() as cursor:
            for number, invitation_id in numbers:
                cursor.execute(statement, [invitation_id, number % 11])
        connection.close()

    numbered = list(enumerate(invitation_ids))
    shares = [numbered[first::CUSTOMERS] for first in range(CUSTOMERS)]
    return len(numbered) / _wall_s(lambda: _at_once(insert, shares))


def _at_once(work: Callable[[Any], None], shares: Sequence[Any]) -> None:
    with ThreadPoolExecutor(CUSTOMERS) as pool:
        list(pool.map(work, shares))


def _wall_s(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
