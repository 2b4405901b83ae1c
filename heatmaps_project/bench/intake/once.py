"""Sixteen senders of the same complaints retry, while the server is killed again and again."""

import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

import requests

from heatmaps_project.bench.serving import Server

SENDERS: Final = 16
BATCH: Final = 100  # complaints of a batch
TIMEOUT_S: Final = 3.0
PAUSE_S: Final = 0.05
KILLS: Final = 5  # of the whole server; then of one worker after the other
KILL_EACH_S: Final = 2.0


@dataclass
class Outcome:
    """What senders were answered, by external id: each answer's word and the complaint's number."""

    told: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    troubles: Counter[str] = field(default_factory=Counter)
    killed: list[int] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, external_id: str, word: str, pk: int) -> None:
        with self.lock:
            self.told.setdefault(external_id, []).append((word, pk))

    def trouble(self, what: str) -> None:
        with self.lock:
            self.troubles[what] += 1


def run(server: Server, token: str, bodies: Sequence[dict[str, Any]]) -> Outcome:
    """Let every sender send every complaint, half of them one by one, until all are answered."""
    outcome, done = Outcome(), threading.Event()
    threads = [
        threading.Thread(target=_send, args=(number, server, token, bodies, outcome))
        for number in range(SENDERS)
    ]
    killer = threading.Thread(target=_kill, args=(server, outcome, done))
    for thread in (*threads, killer):
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    killer.join()
    return outcome


def _kill(server: Server, outcome: Outcome, done: threading.Event) -> None:
    while not done.wait(KILL_EACH_S):
        if len(outcome.killed) < KILLS:
            outcome.killed.append(server.kill())
            server.start()
        else:
            outcome.killed.append(server.kill_worker())


def _send(
    number: int,
    server: Server,
    token: str,
    bodies: Sequence[dict[str, Any]],
    outcome: Outcome,
) -> None:
    """Begin each at another place, so that all of them meet everywhere."""
    begin = number * len(bodies) // SENDERS
    order = [*bodies[begin:], *bodies[:begin]]
    session = requests.Session()
    session.headers["Authorization"] = token
    if number % 2:
        share = order[:: max(SENDERS // 4, 1)]  # one by one is slower: each sends a quarter
        for body in share:
            _one(session, server, body, outcome)
        return
    for first in range(0, len(order), BATCH):
        _many(session, server, order[first : first + BATCH], outcome)


def _one(session: requests.Session, server: Server, body: dict[str, Any], outcome: Outcome) -> None:
    answer = _answered(session, f"{server.url}/api/v1/complaints/", body, outcome)
    word = "created" if answer.status_code == HTTPStatus.CREATED else "exists"
    outcome.note(body["external_id"], word, answer.json()["id"])


def _many(
    session: requests.Session, server: Server, rows: list[dict[str, Any]], outcome: Outcome
) -> None:
    answer = _answered(session, f"{server.url}/api/v1/complaints/batch/", rows, outcome)
    for row in answer.json()["results"]:
        outcome.note(row["external_id"], row["result"], row["id"])


def _answered(
    session: requests.Session, url: str, sent: object, outcome: Outcome
) -> requests.Response:
    """Send until an answer comes that says what became of it."""
    while True:
        try:
            answer = session.post(url, json=sent, timeout=TIMEOUT_S)
        except requests.RequestException as error:
            outcome.trouble(type(error).__name__)
        else:
            if answer.status_code in {HTTPStatus.OK, HTTPStatus.CREATED}:
                return answer
            outcome.trouble(str(answer.status_code))
        time.sleep(PAUSE_S)
