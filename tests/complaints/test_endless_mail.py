"""A mail server that never comes to an end costs neither memory nor a worker."""

import socket
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from smtplib import SMTP, SMTPServerDisconnected
from threading import Event, Thread

import pytest

from complaints.outgoing import smtp

GREETING, AGREED = b"220 here\r\n", b"250 agreed\r\n"


@contextmanager
def saying(*before: bytes, again: bytes, apart: float = 0.0) -> Iterator[int]:
    """Yield the port of a server that answers some commands, and says one thing for ever then."""
    over = Event()

    def talk(listener: socket.socket) -> None:
        line, _address = listener.accept()
        with line, suppress(OSError):
            for word in before:
                line.sendall(word)
                line.recv(4096)
            while not over.wait(apart):
                line.sendall(again)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=talk, args=[listener])
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            over.set()
            thread.join()


def opened(port: int) -> SMTP:
    backend = smtp.EmailBackend(host="127.0.0.1", port=port, timeout=10)
    backend.open()
    assert backend.connection is not None
    return backend.connection


@pytest.mark.parametrize("before", [(), (GREETING,)])
@pytest.mark.parametrize("apart", [0.0, 0.1])
def test_a_reply_without_end_is_left(
    monkeypatch: pytest.MonkeyPatch, before: tuple[bytes, ...], apart: float
) -> None:
    """The greeting, or what is answered to EHLO; at once, or a line now and then."""
    monkeypatch.setattr(smtp, "REPLY_SECONDS", 1.0)
    code = b"250" if before else b"220"
    again = code + b"-and so on\r\n"
    with saying(*before, again=again if apart else again * 1000, apart=apart) as port:
        tracemalloc.start()
        began = time.monotonic()
        with pytest.raises(SMTPServerDisconnected):
            opened(port).ehlo()  # which is asked for with the first letter
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

    assert time.monotonic() - began < 5
    assert peak < 3 * 1024 * 1024


def test_a_server_that_ends_its_replies_is_spoken_to() -> None:
    with saying(GREETING, AGREED, again=AGREED, apart=0.05) as port:
        assert opened(port).ehlo()[0] == 250
