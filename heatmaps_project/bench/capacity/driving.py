"""Asking as often as people do, whether the server keeps up or not, and what it answered."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Final

import requests

from heatmaps_project.bench.busy import children_ms, database_ms
from heatmaps_project.bench.capacity.load import Kind
from heatmaps_project.bench.serving import Server

SENDERS: Final = 48
GRACE_S: Final = 10.0  # for what was asked in time; what has no turn by then was not carried
GOOD: Final = {200, 201, 302}
ALONE: Final = 40  # requests of a kind by itself


@dataclass(frozen=True)
class Answer:
    """From the moment at which it was due, so that waiting for a turn counts; 0: none came."""

    kind: str
    status: int
    ms: float


@dataclass(frozen=True)
class Played:
    """A share of the load, for so long: what was due, and what came of it."""

    share: float
    seconds: float
    due: dict[str, int]
    answers: list[Answer]
    cores: float  # busy with it, web and database


def play(server: Server, kinds: Sequence[Kind], *, share: float, seconds: float) -> Played:
    """Ask for a share of the load, for so many seconds."""
    due = sorted(moments(kinds, share=share, seconds=seconds), key=lambda one: one[0])
    rows, lock, answers = iter(due), threading.Lock(), list[Answer]()
    busy, began = _busy(server), monotonic()

    def send() -> None:
        session = requests.Session()
        while True:
            with lock:
                moment, kind = next(rows, (0.0, None))
            if kind is None or monotonic() - began > seconds + GRACE_S:
                return
            sleep(max(0.0, began + moment - monotonic()))
            status = _asked(kind, session)
            answers.append(Answer(kind.name, status, 1000 * (monotonic() - began - moment)))

    _together(send, SENDERS)
    took = monotonic() - began
    counted = {kind.name: sum(one is kind for _at, one in due) for kind in kinds}
    return Played(share, seconds, counted, answers, (_busy(server) - busy) / 1000 / took)


def alone(server: Server, kind: Kind, *, many: int = ALONE) -> float:
    """Return milliseconds of the processors, web and database, that one of a kind takes."""
    session = requests.Session()
    kind.call(session)
    before = _busy(server)
    for _ in range(many):
        status = _asked(kind, session)
        if status not in GOOD:
            raise RuntimeError(f"{kind.name} was answered {status}")
    return (_busy(server) - before) / many


def moments(kinds: Sequence[Kind], *, share: float, seconds: float) -> Iterator[tuple[float, Kind]]:
    """When each is due, evenly, each kind with a beginning of its own."""
    for number, kind in enumerate(kinds):
        gap = 1 / (kind.a_second * share)
        at = gap * (number + 1) / (len(kinds) + 1)
        while at < seconds:
            yield at, kind
            at += gap


def _asked(kind: Kind, session: requests.Session) -> int:
    try:
        return kind.call(session)
    except requests.RequestException:
        return 0


def _together(work: Callable[[], None], many: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(many)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()


def _busy(server: Server) -> float:
    return children_ms(server.process) + database_ms()
