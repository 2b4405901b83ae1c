"""The hub of each face: who wants to be told of events."""

from typing import Any
from urllib.parse import urlsplit

from django.http import Http404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.row_number import row_number
from heatmaps_project.accounts.clients import client_of
from heatmaps_project.tmf.models import Listener
from heatmaps_project.tmf.transitions import forget, listen
from heatmaps_project.tmf.wire import TmfView, answered, checked, needed, read, refused

_LONGEST = 500


class HubView(TmfView):
    scopes = {"GET": "webhooks:manage", "POST": "webhooks:manage"}
    face = ""

    def get(self, request: Request) -> Response:
        """List the client's own listeners."""
        rows = Listener.objects.filter(client=client_of(request), face=self.face).order_by("pk")
        return answered([_told(row) for row in rows[:_LONGEST]])

    def post(self, request: Request) -> Response:
        """Register a listener."""
        sent = checked(read(request), {"callback": str, "query": str})
        needed(sent, ("callback",))
        listener = listen(
            client=client_of(request),
            face=self.face,
            callback=_address(sent["callback"]),
            query=sent.get("query", "")[:_LONGEST],
            now=timezone.now(),
        )
        return answered(_told(listener), 201)


class ListenerView(TmfView):
    scopes = {"GET": "webhooks:manage", "DELETE": "webhooks:manage"}
    face = ""

    def get(self, request: Request, pk: str) -> Response:
        """Read one of the client's own listeners."""
        rows = Listener.objects.filter(client=client_of(request), face=self.face)
        row = rows.filter(pk=row_number(pk) or 0).first()
        if row is None:
            raise Http404
        return answered(_told(row))

    def delete(self, request: Request, pk: str) -> Response:
        """Take a listener away."""
        number = row_number(pk)
        if number is None or not forget(
            client=client_of(request), face=self.face, listener_id=number
        ):
            raise Http404
        return Response(status=204)


def _address(callback: str) -> str:
    """:raises RefusedError: nothing that can be called over HTTP"""
    try:
        parts = urlsplit(callback)
        fits = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if not fits or len(callback) > _LONGEST or not callback.isprintable():
        raise refused("callback is no address of HTTP.")
    return callback


def _told(row: Listener) -> dict[str, Any]:
    return {"id": str(row.pk), "callback": row.callback, "query": row.query}
