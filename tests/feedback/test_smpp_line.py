"""What an SMS centre may say without anybody's memory, time or log filling up."""

import logging
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from time import monotonic

import pytest

from feedback.notifications.channels import smpp_line
from feedback.notifications.channels.smpp_line import Line

DELIVER_SM = 5


@contextmanager
def line_to(beginning: bytes, *, then: bytes = b"") -> Iterator[Line]:
    """A line to a centre that says this at once, and then a little each tenth of a second."""
    over = Event()

    def speak(listening: socket.socket) -> None:
        with suppress(OSError), listening.accept()[0] as there:
            there.sendall(beginning)
            while then and not over.wait(0.1):
                there.sendall(then)
            over.wait(30)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        speaking = Thread(target=speak, args=(listening,), daemon=True)
        speaking.start()
        port = listening.getsockname()[1]
        line = Line("127.0.0.1", port, name="smsc", on_receipts=print, on_text=print)
        line.connect()
        try:
            yield line
        finally:
            over.set()
            line.disconnect()
            speaking.join(30)


@pytest.mark.parametrize("length", [0, 3, 4, smpp_line.LONGEST + 5, 0x7FFFFFFF, 0xFFFFFFFF])
def test_a_word_of_an_impossible_length_ends_the_line_at_once(length):
    with line_to(struct.pack(">LLLL", length, DELIVER_SM, 0, 1), then=b"\0" * 1024) as line:
        began = monotonic()
        with pytest.raises(ConnectionError):
            line.hear(within=5)
        assert monotonic() - began < 2


def test_a_word_that_trickles_in_ends_the_line_when_it_should_have_ended(monkeypatch):
    monkeypatch.setattr(smpp_line, "PATIENCE", 0.5)
    with line_to(struct.pack(">LLLL", 1000, DELIVER_SM, 0, 1), then=b"\0") as line:
        began = monotonic()
        with pytest.raises(ConnectionError):
            line.hear(within=5)
        assert monotonic() - began < 2


def test_a_centres_own_parameters_are_no_lines_of_the_log(caplog):
    caplog.set_level(logging.INFO)
    text = b"id:1 stat:DELIVRD"
    body = b"\0" + b"\1\1" + b"79161234512\0" + b"\0\0" + b"0650\0" + b"\4" + b"\0" * 8
    body += bytes([len(text)]) + text
    body += struct.pack(">HH", 0x1400, 0) * 10_000
    word = struct.pack(">LLLL", 16 + len(body), DELIVER_SM, 0, 1) + body

    with line_to(word) as line:
        assert line.hear(within=5)

    assert [one for one in caplog.records if "parameter" in one.getMessage()] == []
