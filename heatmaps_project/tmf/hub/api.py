"""The hub of each face: who wants to be told of events."""

from typing import Any, Final

from django.http import Http404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.intake.api import may
from complaints.outgoing.addresses import ForbiddenAddressError
from complaints.row_number import row_number
from heatmaps_project.accounts.clients import client_of
from heatmaps_project.tmf.hub.query import UnknownFilterError
from heatmaps_project.tmf.hub.resources import RESOURCES
from heatmaps_project.tmf.hub.transitions import forget, listen
from heatmaps_project.tmf.wire import TmfView, answered, checked, needed, read, refused
from heatmaps_project.webhooks.models import Face, Subscription, SubscriptionQuerySet
from heatmaps_project.webhooks.transitions.subscribing import TooManyError

_LONGEST: Final = 500


class HubView(TmfView):
    scopes = {"GET": "webhooks:manage", "POST": "webhooks:manage"}
    face = Face.TICKETS

    def get(self, request: Request) -> Response:
        """List the client's own listeners."""
        return answered([_told(row) for row in _own(request, self.face).order_by("pk")])

    def post(self, request: Request) -> Response:
        """Register a listener: what happens from now on is sent there, what `query` leaves."""
        sent = checked(read(request), {"callback": str, "query": str})
        needed(sent, ("callback",))
        client, scope = client_of(request), RESOURCES[self.face].scope
        if not may(request, scope):
            raise refused(f"To be told of these takes the scope {scope}.", 403)
        try:
            listener = listen(
                client=client,
                face=self.face,
                callback=_short("callback", sent["callback"]),
                query=_short("query", sent.get("query", "")),
                now=timezone.now(),
            )
        except (UnknownFilterError, ForbiddenAddressError) as refusal:
            raise refused(str(refusal)) from None
        except TooManyError:
            raise refused("This client has as many listeners as it may have.", 409) from None
        place = f"{request.path.rstrip('/')}/{listener.pk}"
        return answered(_told(listener), 201, Location=place)


class ListenerView(TmfView):
    scopes = {"GET": "webhooks:manage", "DELETE": "webhooks:manage"}
    face = Face.TICKETS

    def get(self, request: Request, pk: str) -> Response:
        """Read one of the client's own listeners."""
        row = _own(request, self.face).filter(pk=row_number(pk) or 0).first()
        if row is None:
            raise Http404
        return answered(_told(row))

    def delete(self, request: Request, pk: str) -> Response:
        """Take a listener away, with all that was yet to be sent to it."""
        number = row_number(pk)
        if number is None or not forget(
            client=client_of(request), face=self.face, listener_id=number
        ):
            raise Http404
        return Response(status=204)


def _own(request: Request, face: Face) -> SubscriptionQuerySet:
    return Subscription.objects.of(face).filter(client=client_of(request))


def _short(name: str, text: str) -> str:
    """:raises RefusedError: it is too long, or nothing that can be read"""
    if len(text) > _LONGEST or not text.isprintable():
        raise refused(f"{name} is too long, or cannot be read.")
    return text


def _told(row: Subscription) -> dict[str, Any]:
    return {"id": str(row.pk), "callback": row.url, "query": row.query}
