"""
Traces of requests and tasks, and of what each asked the database, for OpenTelemetry.

Imported only where OTEL_EXPORTER_OTLP_ENDPOINT says where they go: see settings.py and
docs/operate.md. A span says what is ours and no more: the route and not the address, the table and
not what was asked of it, the kind of an error and not its words: what is personal has no way in.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection
from django.http import HttpRequest, HttpResponse
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from psycopg.sql import Composable

from heatmaps_project.operations.trace import whereabouts
from heatmaps_project.task_clock import OnTimeTask

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
VERB = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH|COPY|LOCK|SAVEPOINT|RELEASE)\b", re.I)
WRITES = re.compile(r'\b(INSERT|UPDATE|DELETE)(?:\s+INTO|\s+FROM)?\s+"?(\w+)"?', re.I)
TABLE = re.compile(r'\b(?:FROM|INTO|UPDATE|COPY)\s+"?(\w+)"?', re.I)

_named_so = Resource({"service.name": "heatmaps"}).merge(OTELResourceDetector().detect())
_provider = TracerProvider(resource=_named_so)
_provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
_tracer = _provider.get_tracer("heatmaps")


class TelemetryMiddleware:
    """A span for each request, part of the caller's trace where a `traceparent` names one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        method = request.method if request.method in METHODS else "_OTHER"
        sent = {"traceparent": request.headers.get("traceparent", "")}
        of = TraceContextTextMapPropagator().extract(sent)
        with _spanning(str(method), SpanKind.SERVER, of) as span:
            response = self.get_response(request)
            route = request.resolver_match.route if request.resolver_match else "nowhere"
            span.update_name(f"{method} {route}")
            span.set_attributes(
                {
                    "http.request.method": str(method),
                    "http.route": route,
                    "http.response.status_code": response.status_code,
                }
            )
            if response.status_code >= 500:
                span.set_status(StatusCode.ERROR)
        return response


class TracedTask(OnTimeTask):
    """A span for each run of a task."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with _spanning(self.name, SpanKind.CONSUMER):
            return super().__call__(*args, **kwargs)


@contextmanager
def _spanning(name: str, kind: SpanKind, of: Context | None = None) -> Iterator[Span]:
    with _span(name, kind, of) as span, connection.execute_wrapper(_asking):
        known = whereabouts()
        span.set_attributes({f"heatmaps.{fact}": value for fact, value in known.items()})
        yield span


@contextmanager
def _span(name: str, kind: SpanKind, of: Context | None = None) -> Iterator[Span]:
    with _tracer.start_as_current_span(
        name, of, kind, record_exception=False, set_status_on_exception=False
    ) as span:
        try:
            yield span
        except Exception as error:
            span.set_attribute("error.type", type(error).__name__)
            span.set_status(StatusCode.ERROR)
            raise


def _asking(execute: Callable[..., Any], sql: Any, *more: Any) -> Any:
    with _span(_named(sql), SpanKind.CLIENT) as span:
        span.set_attribute("db.system.name", "postgresql")
        return execute(sql, *more)


def _named(sql: Any) -> str:
    """Return the verb and the table of a statement, which may hold words of people elsewhere."""
    text = sql.as_string() if isinstance(sql, Composable) else str(sql)
    verb = VERB.match(text)
    if verb is None:
        return "OTHER"
    if verb[1].upper() == "WITH" and (what := WRITES.search(text)) and what[2] in _tables():
        return f"{what[1].upper()} {what[2]}"
    table = next((one for one in TABLE.findall(text) if one in _tables()), "")
    return f"{verb[1].upper()} {table}".rstrip()


@cache
def _tables() -> frozenset[str]:
    return frozenset(model._meta.db_table for model in apps.get_models())
