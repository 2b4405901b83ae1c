"""Outages and works over the API: send one, tell when it ends."""

from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.http import Http404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from pydantic import BaseModel
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from complaints.bodies import JsonBytes, body_of
from complaints.client_limits import count_of_day
from complaints.intake.api import sender_of
from complaints.problems import Problem, RefusedError, named
from spots.network.models import NetworkEvent
from spots.network.sent import EventChange, SentEvent, UnreadableError, read_change, read_event
from spots.network.transitions import EventRefusedError, receive, set_end

CORNERS: Final = 500  # of an area, that count as one event more
_UNKNOWN: Final = {
    "brand": "This client sends no events of such a brand.",
    "sites": "There is no site with one of these codes.",
}


class StoredEvent(BaseModel):
    """An outage, or works, as we have it."""

    id: int
    external_id: str
    brand: str
    kind: str
    title: str
    starts_at: datetime
    ends_at: datetime | None
    cause: str
    sites: list[str]


def stored(event: NetworkEvent) -> dict[str, Any]:
    """Return StoredEvent's fields, ready for JSON."""
    return StoredEvent(
        id=event.pk,
        external_id=event.external_id,
        brand=event.brand.code,
        kind=event.kind,
        title=event.title,
        starts_at=event.starts_at.astimezone(UTC),
        ends_at=event.ends_at.astimezone(UTC) if event.ends_at else None,
        cause=event.cause_code,
        sites=sorted(site.code for site in event.sites.all()),
    ).model_dump(mode="json")


class NetworkEventsView(APIView):
    required_scopes: Sequence[str] = ("network:write",)
    parser_classes = (JsonBytes,)

    @extend_schema(
        operation_id="send_network_event",
        request=SentEvent,
        responses={
            201: OpenApiResponse(StoredEvent, "Stored."),
            200: OpenApiResponse(StoredEvent, "The same was sent before: nothing changed."),
            409: OpenApiResponse(Problem, "Another body was sent with this external_id before."),
            429: OpenApiResponse(Problem, "As many as a client tells of in a day."),
        },
    )
    def post(self, request: Request) -> Response:
        """
        Send one outage or works, as often as you need to.

        Until an answer came, send it again with the same `external_id`: it is stored once. So many
        are stored in a day (`NETWORK_EVENTS_PER_DAY`).
        """
        sender = sender_of(request)
        try:
            sent = read_event(body_of(request))
            with transaction.atomic():
                receipt = receive(sent, walls=sender.walls)
                if receipt.event is not None and receipt.outcome == "created":
                    _not_too_much(sender.source, receipt.event)
        except UnreadableError as error:
            raise RefusedError(400, str(error), error.errors) from None
        if receipt.event is None:
            errors = [named(name, _UNKNOWN[name], "unknown") for name in receipt.fields]
            raise RefusedError(400, "Some fields cannot be taken.", errors)
        if receipt.outcome == "conflict":
            errors = [named(name, "Differs.", "differs") for name in receipt.fields]
            detail = "Another event was sent with this external_id before."
            raise RefusedError(409, detail, errors)
        status = HTTPStatus.CREATED if receipt.outcome == "created" else HTTPStatus.OK
        return Response(stored(receipt.event), status=status)


class NetworkEventView(APIView):
    required_scopes: Sequence[str] = ("network:write",)
    parser_classes = (JsonBytes,)

    @extend_schema(
        operation_id="end_network_event", request=EventChange, responses={200: StoredEvent}
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Tell when an event of the client's brands ends, or ended. Safe to repeat."""
        rows = NetworkEvent.objects.within(sender_of(request).walls)
        if not rows.filter(pk=pk).exists():
            raise Http404
        try:
            change = read_change(body_of(request))
            event = set_end(event_id=pk, ends_at=change.ends_at)
        except UnreadableError as error:
            raise RefusedError(400, str(error), error.errors) from None
        except EventRefusedError as error:
            raise RefusedError(400, str(error), [named("ends_at", str(error), "order")]) from None
        except NetworkEvent.DoesNotExist:
            raise Http404 from None
        return Response(stored(event))


def _not_too_much(source: str, event: NetworkEvent) -> None:
    """
    Count an event that is new: one with a long outline as several, as it takes as long to read.

    Each lookup, tile of the map and suggestion of causes looks at all that last at its place: a
    client that sends a hundred a second, each over a whole region, would stop them all in hours.

    :raises Throttled: the client has told of as many as in a day
    """
    most = settings.NETWORK_EVENTS_PER_DAY
    count_of_day(
        source,
        "network-events",
        most=most,
        wants=f"tell of more than {most} network events",
        refusal="More than a client tells of in a day; it is not kept.",
        weight=1 + event.area.num_coords // CORNERS,
    )
