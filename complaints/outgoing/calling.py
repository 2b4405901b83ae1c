"""One call of another system: to the address that was checked, in a set time, without redirects."""

import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from socket import SHUT_RDWR, create_connection, socket
from threading import Timer
from typing import Final

from complaints.outgoing.addresses import PORTS, ForbiddenAddressError, checked, resolved

STEP_SECONDS: Final = 5.0  # to connect, or to wait for the next bytes
CALL_SECONDS: Final = 10.0  # for the whole call, however slowly bytes trickle in


@dataclass(frozen=True)
class Answer:
    """What the other system said; no status: it was not reached."""

    status: int | None
    error: str = ""
    body: bytes = b""  # where it was asked for
    headers: Mapping[str, str] = field(default_factory=dict)  # named in small letters

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def wants_no_more(self) -> bool:
        return self.status == HTTPStatus.GONE


def call(url: str, body: bytes, headers: Mapping[str, str], *, most: int = 0) -> Answer:
    """POST a body and return what became of it, see `fetch`."""
    return _asked("POST", url, body, headers, most=most)


def fetch(url: str, headers: Mapping[str, str], *, most: int) -> Answer:
    """GET what is there, at most so many bytes; no failure of the network is raised."""
    return _asked("GET", url, None, headers, most=most)


def _asked(
    method: str, url: str, body: bytes | None, headers: Mapping[str, str], *, most: int
) -> Answer:
    try:
        parts = checked(url)
        assert parts.hostname is not None  # it was checked
        port = parts.port or PORTS[parts.scheme]
        numbers = resolved(parts.hostname, port)
        context = ssl.create_default_context() if parts.scheme == "https" else None
        connection = _Connection(parts.hostname, port, numbers[0], context)
    except ForbiddenAddressError as refusal:
        return Answer(None, str(refusal))
    try:
        with within(CALL_SECONDS, connection.cut):
            path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
            connection.request(method, path, body, dict(headers))
            response = connection.getresponse()
            said = response.read(most + 1) if most else b""
        if connection.is_cut:  # what came until then looks like all of it
            raise TimeoutError
        if len(said) > most:
            return Answer(None, "It says too much.")
        names = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, body=said, headers=names)
    except TimeoutError:
        return Answer(None, "It did not answer in time.")
    except (OSError, HTTPException, ValueError) as error:
        return Answer(None, type(error).__name__)
    finally:
        connection.close()


@contextmanager
def within(seconds: float, cut: Callable[[], object]) -> Iterator[None]:
    """Call `cut`, in another thread, if what is done here has not ended after so many seconds."""
    hurry = hurried(seconds, cut)
    try:
        yield
    finally:
        hurry.cancel()


def hurried(seconds: float, cut: Callable[[], object]) -> Timer:
    """Return a timer that calls `cut` after so many seconds, unless it is cancelled."""
    hurry = Timer(seconds, cut)
    hurry.daemon = True
    hurry.start()
    return hurry


def hang_up(line: socket) -> None:
    """End a connection that another thread waits for."""
    try:
        line.shutdown(SHUT_RDWR)
    except OSError:
        return  # it has ended by itself


class _Connection(HTTPConnection):
    """Connects to one numeric address; name and certificate are the host's."""

    def __init__(self, host: str, port: int, number: str, context: ssl.SSLContext | None) -> None:
        super().__init__(host, port, timeout=STEP_SECONDS)
        self.number = number
        self.context = context
        self.line: socket | None = None
        self.is_cut = False

    def connect(self) -> None:
        self.sock = create_connection((self.number, self.port), STEP_SECONDS)
        if self.context is not None:
            self.sock = self.context.wrap_socket(self.sock, server_hostname=self.host)
        # Kept beside it: an answer after which the line is closed takes `sock` away, and reads on.
        self.line = self.sock
        if self.is_cut:
            raise TimeoutError

    def cut(self) -> None:
        """End a call that takes too long, from another thread."""
        self.is_cut = True
        if self.line is not None:
            hang_up(self.line)
