"""The web server, as gunicorn runs it."""

import http.client
import json
import socket
import time

import pytest

from heatmaps_project import web as settings_of_web
from heatmaps_project.bench.serving import THREADS, WORKERS, serving


@pytest.mark.django_db(transaction=True)
def test_what_is_refused_before_it_is_a_request_is_told_as_a_problem():
    with serving() as server:
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


FORM = "POST /admin/login/ HTTP/1.1\r\nHost: localhost\r\nCookie: csrftoken={token}\r\n"
TYPE = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nusername="


@pytest.mark.django_db(transaction=True)
def test_whoever_never_ends_a_request_holds_a_thread_for_seconds_alone():
    said = (FORM.format(token="a" * 32) + TYPE).encode()
    with serving() as server:
        lines: list[socket.socket] = []
        for _connection in range(2 * WORKERS * THREADS):
            line = socket.create_connection(("127.0.0.1", server.port), timeout=90)
            line.sendall(said)
            lines.append(line)
        time.sleep(1)
        began = time.monotonic()
        other = http.client.HTTPConnection("127.0.0.1", server.port, timeout=90)
        other.request("GET", "/health/live/")
        assert other.getresponse().status == 200
        waited = time.monotonic() - began
        answers = [line.recv(1000).split(b"\r\n")[0] for line in lines]
        for line in lines:
            line.close()

    # Should all have come to one worker: a round for each of its threads, and 5 s for the rest.
    assert waited < 2 * WORKERS * (settings_of_web.BODY_SECONDS + 6)
    assert {answer.split()[1] for answer in answers} <= {b"403", b"408"}
