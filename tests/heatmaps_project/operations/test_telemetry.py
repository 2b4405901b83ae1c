"""Traces go to a collector, which learns nothing personal from them."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from heatmaps_project.bench.serving import serving
from tests.complaints.intake.bodies import body, make_places
from tests.e2e.installation import until
from tests.factories import bearer, make_api_client
from tests.processes import environment, working

PHONE, MAIL, STREET, WORDS = "+79161234512", "ana@example.org", "Полевая", "Нет связи"  # body()
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@dataclass
class Collector:
    """What takes OTLP over HTTP."""

    url: str = ""
    bodies: list[bytes] = field(default_factory=list)

    def spans(self) -> list:
        said = [ExportTraceServiceRequest.FromString(one) for one in self.bodies]
        return [
            span
            for one in said
            for of_resource in one.resource_spans
            for of_scope in of_resource.scope_spans
            for span in of_scope.spans
        ]

    def named(self, name: str) -> list:
        return [span for span in self.spans() if span.name == name]


@pytest.fixture
def collector() -> Iterator[Collector]:
    takes = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/traces"
            takes.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_said: object) -> None:
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    takes.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield takes
    server.shutdown()
    server.server_close()


def facts(span) -> dict:
    return {one.key: one.value.string_value or one.value.int_value for one in span.attributes}


@pytest.mark.django_db(transaction=True)
def test_requests_tasks_and_their_queries_are_told_without_what_is_personal(
    collector, monkeypatch, tmp_path
):
    make_places()
    headers = bearer(make_api_client("crm"))
    for name, value in {
        **environment(),
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
        "OTEL_EXPORTER_OTLP_COMPRESSION": "none",
        "OTEL_BSP_SCHEDULE_DELAY": "200",
    }.items():
        monkeypatch.setenv(name, value)

    with serving() as web:
        complaints = f"{web.url}/api/v1/complaints/"
        of_caller = {**headers, "traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
        taken = requests.post(complaints, json=body(), headers=of_caller, timeout=60)
        assert taken.status_code == 201, taken.text
        requests.get(f"{web.url}/r/{MAIL}/?q={PHONE}", timeout=60)
        requests.get(complaints, params={"phone": PHONE}, headers=headers, timeout=60)
        until(lambda: len(collector.named("GET api/v1/complaints/")) == 1, "requests are told")
    with working(tmp_path):
        until(lambda: collector.named("complaints.geocode"), "tasks are told")

    [told] = collector.named("POST api/v1/complaints/")
    assert facts(told)["heatmaps.request"] == taken.headers["X-Request-ID"]
    assert facts(told)["http.response.status_code"] == 201
    assert told.trace_id.hex() == TRACE
    children = {one.name for one in collector.spans() if one.parent_span_id == told.span_id}
    assert "INSERT complaints_complaint" in children
    task = collector.named("complaints.geocode")[0]
    assert len(facts(task)["heatmaps.request"]) == 36
    assert any(one.parent_span_id == task.span_id for one in collector.spans())
    said = b"".join(collector.bodies).decode(errors="replace")
    token = headers["Authorization"].split()[1]
    assert not [one for one in (PHONE[1:], MAIL, STREET, WORDS, token) if one in said]


def test_nothing_of_it_is_loaded_where_nobody_asked(settings):
    assert not [name for name in settings.MIDDLEWARE if "telemetry" in name]
