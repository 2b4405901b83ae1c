"""The web server, as gunicorn runs it."""

import http.client
import json

import pytest

from heatmaps_project.bench.serving import serving


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
