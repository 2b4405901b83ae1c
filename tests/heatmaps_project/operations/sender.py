"""Somebody who tells of complaints without a pause, whatever happens meanwhile."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event, Thread
from typing import Any

import requests

from tests.complaints.intake.bodies import body

PAUSE_S = 0.2


@dataclass(frozen=True)
class Answered:
    """How a request was answered: `status` 0 where nobody did; `retry_after` as it was said."""

    status: int
    seconds: float
    retry_after: str | None = None


@dataclass
class Sender:
    """Sends each complaint again until it is taken, as a CRM does."""

    url: str
    headers: dict[str, str]
    patience_s: float = 60  # after which it takes nobody to have answered
    prefix: str = "SR"  # of its external ids
    answers: list[Answered] = field(default_factory=list)
    taken: dict[str, datetime] = field(default_factory=dict)  # external ids, and when
    _ends: Event = field(default_factory=Event)

    def go_on(self) -> None:
        number = 0
        while not self._ends.is_set():
            number += 1
            while not self._tell(f"{self.prefix}-{number}") and not self._ends.is_set():
                time.sleep(PAUSE_S)
            time.sleep(PAUSE_S)

    def end(self) -> None:
        self._ends.set()

    def refusals(self) -> set[tuple[int, str | None]]:
        return {(one.status, one.retry_after) for one in self.answers if one.status // 100 != 2}

    def has_taken_more(self) -> Callable[[], bool]:
        """Return whether another complaint has been taken since now."""
        before = len(self.taken)
        return lambda: len(self.taken) > before + 1  # one may have been on its way

    def _tell(self, external_id: str) -> bool:
        began = time.monotonic()
        sent = body(external_id=external_id, point=..., precision=...)
        try:
            said = requests.post(
                f"{self.url}/api/v1/complaints/",
                json=sent,
                headers=self.headers,
                timeout=self.patience_s,
            )
        except requests.RequestException:
            self.answers.append(Answered(0, time.monotonic() - began))
            return False
        waited = said.headers.get("Retry-After")
        self.answers.append(Answered(said.status_code, time.monotonic() - began, waited))
        if said.ok:
            self.taken[external_id] = datetime.now(UTC)
        return said.ok


@contextmanager
def sending(url: str, headers: dict[str, str], **more: Any) -> Iterator[Sender]:
    """`more`: fields of Sender."""
    sender = Sender(url, headers, **more)
    thread = Thread(target=sender.go_on)
    thread.start()
    try:
        yield sender
    finally:
        sender.end()
        thread.join()
