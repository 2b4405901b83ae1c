"""Gateways that take HTTP requests; SMS through any of them, as its operator describes it."""

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPSConnection, InvalidURL
from socket import socket
from typing import Any, Self
from urllib.parse import quote_plus, urlsplit

from pydantic_core import from_json

from complaints.outgoing.calling import hang_up, within
from feedback.notifications.channels.outcome import Failure, Outcome, Outgoing, one_by_one

PATIENCE = 10.0  # seconds until it says something
LONGEST = 20.0  # seconds until it has said all, however slowly it talks
MOST_READ = 64 * 1024  # octets of an answer
_BLANK = re.compile(r"\{(to|from|text|key)\}")
# It says that it took nothing, and may later (RFC 9110, 15.6.3, 15.6.4). Or it does not know us:
# that is a matter of settings, and no reason to give up a message.
_TEMPORARY = {401, 403, 407, 408, 502, 503}


class AskedGateway(ABC):
    """A gateway that gets one request a text, over one connection for as long as it lasts."""

    def __init__(self, name: str, url: str, *, id_at: str, per_second: int | None) -> None:
        """
        id_at  where a JSON answer holds the message's id, "messages.0.id"; empty: our own key
        per_second  texts, at most; None: as many as it takes

        :raises ValueError: the address is neither http:// nor https://
        """
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("an HTTP gateway's address begins with https://")
        self.name = name
        self._host, self._port = parts.hostname, parts.port
        self._connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._id_at, self._per_second = id_at, per_second
        self._line: HTTPConnection | None = None

    @abstractmethod
    def request_of(self, outgoing: Outgoing) -> tuple[str, dict[str, str]]:
        """Return the body and the headers that a text is sent with."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._hang_up()

    def send(self, batch: Sequence[Outgoing]) -> list[Outcome]:
        return one_by_one(batch, self._send, per_second=self._per_second)

    def listen(self, *, seconds: float) -> None:
        """It reports to an address of ours (api_receipts.py)."""
        return

    def _send(self, outgoing: Outgoing) -> Outcome:
        try:
            line, plug = self._connected()
        except (OSError, HTTPException, ValueError) as error:  # or no name of a host
            return Outcome(failure=Failure.TEMPORARY, error=type(error).__name__)
        try:
            with within(LONGEST, partial(hang_up, plug)):
                body, headers = self.request_of(outgoing)
                # the same in every attempt: a gateway that gets it twice may know it by this
                headers = {**headers, "Idempotency-Key": str(outgoing.key)}
                line.request("POST", self._path, body.encode(), headers)
                answer = line.getresponse()
                said = answer.read(MOST_READ)
        except (ValueError, InvalidURL) as error:  # it cannot be put into a request
            self._hang_up()
            return Outcome(failure=Failure.TEMPORARY, error=type(error).__name__)
        except (OSError, HTTPException) as error:
            self._hang_up()
            return Outcome(failure=Failure.UNKNOWN, error=type(error).__name__)
        if answer.will_close or answer.length:
            self._hang_up()
        return self._outcome(answer.status, said, outgoing)

    def _connected(self) -> tuple[HTTPConnection, socket]:
        """Return the line, and what it is plugged into: an answer may take that from the line."""
        if self._line is None:
            line = self._connect(self._host, self._port, timeout=PATIENCE)
            line.connect()
            self._line = line
        plug: socket = self._line.sock
        return self._line, plug

    def _outcome(self, status: int, said: bytes, outgoing: Outgoing) -> Outcome:
        if 200 <= status < 300:
            return Outcome({1: _found(said, self._id_at) or str(outgoing.key)})
        return Outcome(failure=_failure(status), error=f"HTTP {status}")

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close()


class HttpGateway(AskedGateway):
    """SMS. Blanks, {to} {from} {text} {key}, are filled as the body's type asks."""

    def __init__(
        self,
        name: str,
        url: str,
        *,
        headers: str,
        body: str,
        id_at: str,
        sender: str,
        per_second: int | None,
    ) -> None:
        """
        headers  a line each, "Name: value"

        :raises ValueError: as AskedGateway
        """
        super().__init__(name, url, id_at=id_at, per_second=per_second)
        lines = (line.partition(":") for line in headers.splitlines() if ":" in line)
        self._headers = {name.strip(): value.strip() for name, _colon, value in lines}
        self._body, self._sender = body, sender
        kind = {name.lower(): value for name, value in self._headers.items()}
        self._is_json = "json" in kind.get("content-type", "")

    def request_of(self, outgoing: Outgoing) -> tuple[str, dict[str, str]]:
        return self._filled(outgoing), self._headers

    def _filled(self, outgoing: Outgoing) -> str:
        values = {
            "to": outgoing.address.lstrip("+"),
            "from": outgoing.sender or self._sender,
            "text": outgoing.text,
            "key": str(outgoing.key),
        }
        # within the quotation marks that the body already has
        fit = (lambda value: json.dumps(value)[1:-1]) if self._is_json else quote_plus
        return _BLANK.sub(lambda blank: fit(values[blank[1]]), self._body)


def _failure(status: int) -> Failure:
    if status == 429:
        return Failure.THROTTLED
    if status in _TEMPORARY:
        return Failure.TEMPORARY
    # another 5xx may have come after the text was taken
    return Failure.PERMANENT if status < 500 else Failure.UNKNOWN


def _found(said: bytes, id_at: str) -> str:
    """Return what lies at "messages.0.id" of a JSON answer; empty: nothing does."""
    if not id_at:
        return ""
    try:
        at: Any = from_json(said)  # which, unlike Python's own, lets no half of a letter through
        for step in id_at.split("."):
            at = at[int(step)] if isinstance(at, list) else at[step]
    except (ValueError, LookupError, TypeError):
        return ""
    return str(at)[:200]
