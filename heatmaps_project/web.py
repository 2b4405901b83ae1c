"""
How gunicorn serves the application: `gunicorn -c python:heatmaps_project.web`.

What gunicorn refuses before a request reaches the application it tells as a page of HTML, and has
no setting for that; whoever calls the API reads problem details, of this error as of any other.

Nor has it one for how long a request may take to come, nor an answer to be taken: as many
connections as there are threads would hold the whole server for as long as they like, by sending
nothing, or a letter at a time, or by asking for something large and reading nothing of it. And
whoever was answered and does not hang up is waited for by the one thread that takes connections.
"""

import json
import logging
import os
import socket
import ssl
import time
from contextlib import suppress
from errno import ECONNRESET
from queue import Full, Queue
from threading import Thread
from typing import Any, Final

from gunicorn import sock as sockets
from gunicorn import util
from gunicorn.http import parser, wsgi
from gunicorn.http.unreader import SocketUnreader

from heatmaps_project.logs import NotTooMany, formatter

wsgi_app: Final = "heatmaps_project.wsgi"
worker_class: Final = "gthread"
# A process for each core, and another if there is one core alone: one may die. Of more the cores
# are shared by processes that wait for each other. What callers ask at the same moment threads of a
# process answer together (desk/together.py): the more of them, the less a herd costs.
workers: Final = max(2, len(os.sched_getaffinity(0)))
threads: Final = 8
control_socket_disable: Final = True
limit_request_line: Final = 8190  # bytes, the most that gunicorn knows a limit for
# No proxy says where our addresses begin: gunicorn would believe it of whoever a proxy on this
# machine passes on, and another path be served than the one that the proxy let through.
forwarder_headers: Final = ""

HEAD_SECONDS: Final = 10.0  # that a head may take to come, from its first letter
BODY_SECONDS: Final = 10.0  # that a body may be behind what comes of it at SLOWEST
ANSWER_SECONDS: Final = 20.0  # that whoever is answered may be behind what they take at SLOWEST
SLOWEST: Final = 16 * 1024  # bytes a second
GOODBYE_SECONDS: Final = 2.0  # that whoever was answered has to read it, once no more is said
MOST_GOODBYES: Final = 500  # connections of a worker at once; of any more the end is short
_wrap: Final = sockets.ssl_wrap_socket
_PIECE: Final = 64 * 1024  # bytes

_PROBLEM: Final = (
    "HTTP/1.1 {status} {title}\r\n"
    "Connection: close\r\n"
    "Content-Type: application/problem+json\r\n"
    "Cache-Control: no-store\r\n"
    "Content-Length: {length}\r\n\r\n"
)


def write_problem(sock: socket.socket, status: int, title: str, detail: str) -> None:
    """Refuse what is no request. What was sent is not repeated: it may be personal."""
    told = {"type": "about:blank", "title": title, "status": status, "detail": f"{title}."}
    body = json.dumps(told)
    head = _PROBLEM.format(status=status, title=title, length=len(body))
    util.write_nonblock(sock, (head + body).encode("latin1"))


class Punctual(SocketUnreader):
    """What a connection says, read until it should have said it."""

    until: float | None = None  # when what is read now has to be there; None: nothing was begun
    is_head = True

    def chunk(self, size_hint: int | None = None) -> bytes:
        """
        Return what comes next; b"": the connection is over, or a head has not come in time.

        :raises TimeoutError: a body should have come by now
        """
        line = self.sock
        before = line.gettimeout()
        if self.until is None and before is None:
            self.until, self.is_head = time.monotonic() + HEAD_SECONDS, True
        if self.until is not None:  # else gunicorn looks for what is left of a body, in its time
            line.settimeout(max(self.until - time.monotonic(), 0.001))
        try:
            said: bytes = super().chunk(size_hint)
        except TimeoutError:
            if self.until is None or not self.is_head:
                raise
            return b""
        finally:
            line.settimeout(before)
        if self.until is not None and not self.is_head:
            # By what has come, not by what is said to come: of a gigabyte that would be hours.
            now = time.monotonic()
            self.until = min(self.until + len(said) / SLOWEST, now + BODY_SECONDS)
        return said


def seal(line: socket.socket, settings: Any) -> socket.socket:
    """
    Begin to speak by TLS, where there is a certificate (`--certfile`, `--keyfile`).

    :raises TimeoutError: the other side begins, and does not go on: its thread is another's
    """
    line.settimeout(HEAD_SECONDS)
    sealed: ssl.SSLSocket = _wrap(line, settings)
    try:
        sealed.do_handshake()
    except OSError:
        sealed.close()
        raise
    sealed.settimeout(None)
    return sealed


def pre_request(_worker: Any, request: Any) -> None:
    """Say by when the body of a request, whose head has been read, has to begin to come."""
    request.unreader.until, request.unreader.is_head = time.monotonic() + BODY_SECONDS, False


def post_request(_worker: Any, request: Any, _environ: Any, _response: Any) -> None:
    request.unreader.until = None


class Listener:
    """A connection that is told something, for as long as it listens."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._patience = ANSWER_SECONDS

    def sendall(self, said: bytes) -> None:
        """:raises ConnectionResetError: it takes less than it might"""
        for start in range(0, len(said), _PIECE):
            self._send(said[start : start + _PIECE])

    def _send(self, piece: bytes) -> None:
        before, began = self._line.gettimeout(), time.monotonic()
        self._line.settimeout(max(self._patience, 0.001))
        try:
            self._line.sendall(piece)
        except TimeoutError:
            # Else the worker would wait for it to say goodbye, and all others with it.
            with suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)
            raise ConnectionResetError(ECONNRESET, "It does not listen.") from None
        finally:
            self._line.settimeout(before)
        # What the reckoning of an application takes does not count, nor what was taken at once.
        left = self._patience - (time.monotonic() - began) + len(piece) / SLOWEST
        self._patience = min(left, ANSWER_SECONDS)


class Answer(wsgi.Response):
    """An answer that waits no longer than Listener does."""

    def __init__(self, req: Any, sock: socket.socket, cfg: Any) -> None:
        super().__init__(req, Listener(sock), cfg)

    def can_sendfile(self) -> bool:
        return False  # the system would wait for as long as the other side likes


class Goodbyes:
    """
    Connections that were told all, and are closed a while later: closed at once, with something of
    theirs unread, they would lose the answer. Nobody waits meanwhile.
    """

    def __init__(self) -> None:
        self._waiting: Queue[tuple[float, socket.socket]] = Queue(MOST_GOODBYES)

    def say(self, line: socket.socket, *_limits_of_gunicorn: float) -> None:
        """Say no more; what the other side still says is read by nobody."""
        try:
            line.shutdown(socket.SHUT_WR)
            self._waiting.put_nowait((time.monotonic() + GOODBYE_SECONDS, line))
        except (OSError, Full):
            util.close(line)

    def hang_up(self) -> None:
        """Close each in its time, for ever."""
        while True:
            at, line = self._waiting.get()
            time.sleep(max(at - time.monotonic(), 0))
            util.close(line)


def post_fork(_server: Any, _worker: Any) -> None:
    goodbyes = Goodbyes()
    Thread(target=goodbyes.hang_up, daemon=True).start()
    util.close_graceful = goodbyes.say
    util.write_error = write_problem
    vars(parser)["SocketUnreader"] = Punctual
    sockets.ssl_wrap_socket = seal
    # What gunicorn refuses it quotes: such lines say no more, nor are there more, than of ours.
    for handler in logging.getLogger("gunicorn.error").handlers:
        handler.setFormatter(formatter())
        handler.addFilter(NotTooMany())
    wsgi.Response = Answer
