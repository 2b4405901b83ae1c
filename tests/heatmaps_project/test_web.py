"""The web server, as gunicorn runs it."""

import http.client
import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from threading import Timer
from types import SimpleNamespace

import pytest

from heatmaps_project import web as settings_of_web
from heatmaps_project.bench.serving import THREADS, WORKERS, Server, serving


@pytest.fixture(scope="module")
def server(django_db_setup: None) -> Iterator[Server]:
    """For all whose connections leave nothing behind: to start one takes seconds."""
    with serving() as shared:
        yield shared


@pytest.mark.django_db(transaction=True)
def test_what_is_refused_before_it_is_a_request_is_told_as_a_problem(server):
    web = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    web.request("GET", "/api/v1/spots/?cursor=" + "1" * 5000)
    answer = web.getresponse()
    assert (answer.status, json.load(answer)["status"]) == (401, 401)

    web.request("GET", "/api/v1/spots/?cursor=" + "1" * 9000)
    answer = web.getresponse()
    problem = json.load(answer)

    assert answer.status == problem["status"] == 414
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "1111" not in json.dumps(problem)


@contextmanager
def holding(server: Server, said: bytes) -> Iterator[list[socket.socket]]:
    """Twice as many connections as there are threads, each of which said this, and takes little."""
    with ExitStack() as lines:
        held = [lines.enter_context(socket.socket()) for _ in range(2 * WORKERS * THREADS)]
        for line in held:
            line.settimeout(90)
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            line.connect(("127.0.0.1", server.port))
            line.sendall(said)
        time.sleep(1)
        yield held


FORM = "POST /admin/login/ HTTP/1.1\r\nHost: localhost\r\nCookie: csrftoken={token}\r\n"
TYPE = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nusername="


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_whoever_never_ends_a_request_holds_a_thread_for_seconds_alone():
    said = (FORM.format(token="a" * 32) + TYPE).encode()
    with serving() as server, holding(server, said) as lines:
        began = time.monotonic()
        other = http.client.HTTPConnection("127.0.0.1", server.port, timeout=90)
        other.request("GET", "/health/live/")
        assert other.getresponse().status == 200
        waited = time.monotonic() - began
        answers = [line.recv(1000).split(b"\r\n")[0] for line in lines]

    # Should all have come to one worker: a round for each of its threads, and 5 s for the rest.
    assert waited < 2 * WORKERS * (settings_of_web.BODY_SECONDS + 6)
    assert {answer.split()[1] for answer in answers} <= {b"403", b"408"}


def test_a_body_is_waited_for_as_it_comes_however_large_it_is_said_to_be(monkeypatch):
    """Of a gigabyte a letter a minute was waited for for hours, and held a thread."""
    monkeypatch.setattr(settings_of_web, "BODY_SECONDS", 0.3)
    with ExitStack() as lines:
        ours, theirs = (lines.enter_context(line) for line in socket.socketpair())
        reader = settings_of_web.Punctual(ours)
        settings_of_web.pre_request(
            None, SimpleNamespace(unreader=reader, headers=[("CONTENT-LENGTH", str(10**9))])
        )
        theirs.sendall(b"x" * 100_000)
        gives_up = Timer(30, theirs.close)
        gives_up.start()

        read = 0
        with pytest.raises(TimeoutError):
            while piece := reader.chunk():
                read += len(piece)

    gives_up.cancel()
    assert read == 100_000


# 3.9 MB, which nobody has to be known for
LARGE = (
    "GET /static/drf_spectacular_sidecar/redoc/bundles/redoc.standalone.js.map HTTP/1.1\r\n"
    "Host: localhost\r\n\r\n"
)


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_whoever_does_not_read_an_answer_holds_a_thread_for_seconds_alone(monkeypatch):
    monkeypatch.setenv("STATIC_FROM_SOURCE", "1")
    with serving() as server, holding(server, LARGE.encode()) as lines:
        began = time.monotonic()
        other = http.client.HTTPConnection("127.0.0.1", server.port, timeout=200)
        other.request("GET", "/health/live/")
        assert other.getresponse().status == 200
        waited = time.monotonic() - began
        begins = [line.recv(12) for line in lines]

    assert waited < 2 * WORKERS * (settings_of_web.ANSWER_SECONDS + 6)
    assert {*begins} == {b"HTTP/1.1 200"}  # they were answered, and did hold a thread
    assert waited > 1


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_whoever_reads_slowly_is_told_all_of_it(monkeypatch):
    monkeypatch.setenv("STATIC_FROM_SOURCE", "1")
    with serving() as server:
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.connect(("127.0.0.1", server.port))
        line.sendall(LARGE.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n").encode())
        told, began = 0, time.monotonic()
        while part := line.recv(32 * 1024):
            told += len(part)
            time.sleep(len(part) / (400 * 1024))
        line.close()
        took = time.monotonic() - began

    assert told > 3_900_000
    assert took > 5


@pytest.mark.parametrize("length", ["1" + "0" * 400, "9" * 4000])
@pytest.mark.django_db(transaction=True)
def test_a_length_that_no_body_has_is_no_error_of_ours(server, length):
    web = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    web.request("GET", "/health/live/", headers={"Content-Length": length})
    answer = web.getresponse()

    assert answer.status < 500


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_nor_does_whoever_never_ends_a_head():
    begun = b"GET /health/live/ HTTP/1.1\r\nHost: "
    with serving() as server, holding(server, begun) as lines:
        began = time.monotonic()
        other = http.client.HTTPConnection("127.0.0.1", server.port, timeout=90)
        for _again in range(2):  # a connection that is kept is in time again
            other.request("GET", "/health/live/")
            answer = other.getresponse()
            assert (answer.status, answer.read() != b"") == (200, True)
        waited = time.monotonic() - began
        said = [line.recv(1000) for line in lines]

    assert waited < 2 * WORKERS * (settings_of_web.HEAD_SECONDS + 6)
    assert set(said) == {b""}


ONCE = b"GET /health/live/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@pytest.mark.django_db(transaction=True)
def test_whoever_was_answered_and_does_not_hang_up_is_waited_for_by_nobody(server):
    with ExitStack() as lines:
        for _again in range(4 * WORKERS):  # the workers have begun
            with socket.create_connection(("127.0.0.1", server.port), timeout=90) as first:
                first.sendall(ONCE)
                assert first.recv(12) == b"HTTP/1.1 200"
        held = [lines.enter_context(socket.socket()) for _ in range(20 * WORKERS)]
        for line in held:
            line.settimeout(90)
            line.connect(("127.0.0.1", server.port))
            line.sendall(ONCE)
        began = time.monotonic()
        for _again in range(2 * WORKERS):  # with the one worker, and with the other
            other = http.client.HTTPConnection("127.0.0.1", server.port, timeout=90)
            other.request("GET", "/health/live/", headers={"Connection": "close"})
            assert other.getresponse().status == 200
        waited = time.monotonic() - began
        answers = [line.recv(1000)[:12] for line in held]

    assert waited < settings_of_web.GOODBYE_SECONDS
    assert {*answers} == {b"HTTP/1.1 200"}


@pytest.mark.django_db(transaction=True)
def test_whoever_is_refused_while_they_still_speak_reads_why(server):
    """Closed at once, the connection would be reset, and the answer lost."""
    large = (FORM.format(token="a" * 32) + TYPE).replace(": 100\r", ": 3000000\r").encode()
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall(large)
        with suppress(OSError):
            line.sendall(b"a" * 3_000_000)
        answer = line.recv(1000)

    assert answer.startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize("header", ["SCRIPT_NAME", "PATH_INFO", "Script-Name"])
@pytest.mark.django_db(transaction=True)
def test_nobody_says_where_our_addresses_begin(server, header):
    """Gunicorn believes it of whoever is on the same machine: a proxy, and whom it passes on."""
    web = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    web.request("GET", "/elsewhere/health/live/", headers={header: "/elsewhere"})
    answer = web.getresponse()

    assert answer.status == 404


SENT = "POST /health/live/ HTTP/1.1\r\nHost: localhost\r\n"
SMUGGLED = "GET /health/ready/ HTTP/1.1\r\nHost: localhost\r\n\r\n"
# Where two servers could read another end of the request: head, and body.
AMBIGUOUS = [
    (f"{SENT}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", "0\r\n\r\n"),
    (f"{SENT}Content-Length: 0\r\nContent-Length: 5\r\n\r\n", ""),
    (f"{SENT}Content-Length: +5\r\n\r\n", "abcde"),
    (f"{SENT}Content-Length: 0\r\n\tfolded\r\n\r\n", ""),
    (f"{SENT}Content-Length : 0\r\n\r\n", ""),
    (f"{SENT}Transfer-Encoding: chunked, identity\r\n\r\n", "0\r\n\r\n"),
    (f"{SENT}Transfer-Encoding: \vchunked\r\n\r\n", "0\r\n\r\n"),
    (f"{SENT.replace('1.1', '1.0')}Transfer-Encoding: chunked\r\n\r\n", "0\r\n\r\n"),
    (f"{SENT}Transfer-Encoding: chunked\r\n\r\n", "1;a\nb\r\nX\r\n0\r\n\r\n"),
    (f"{SENT}Transfer-Encoding: chunked\r\n\r\n", "0x1\r\nX\r\n0\r\n\r\n"),
    (f"{SENT}Transfer-Encoding: chunked\r\n\r\n", "1_0\r\n0123456789abcdef\r\n0\r\n\r\n"),
    (f"{SENT}Transfer-Encoding: chunked\r\n\r\n", "0\r\nHost: elsewhere\r\n\r\n"),
    (f"{SENT}X: a\rContent-Length: 0\r\n\r\n", ""),
    (f"{SENT}Host: elsewhere\r\n\r\n", ""),
]


@pytest.mark.django_db(transaction=True)
def test_a_request_that_ends_in_two_places_has_none_behind_it(server):
    for head, body in AMBIGUOUS:
        with socket.create_connection(("127.0.0.1", server.port), timeout=90) as line:
            line.sendall(f"{head}{body}{SMUGGLED}".encode())
            said = b""
            while part := line.recv(65536):
                said += part
        answers = [one.split()[1] for one in said.split(b"\r\n") if one.startswith(b"HTTP/1")]
        assert set(answers) <= {b"400", b"403", b"501"}, head
        assert b'"ok"' not in said
