"""Webhooks over the API: be told of events instead of asking."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final, get_args

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from pydantic import BaseModel, ConfigDict, Field
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.bodies import JsonBytes, body_of
from complaints.intake.api import may
from complaints.intake.sent import ONE_LINE
from complaints.models import Brand
from complaints.outgoing.addresses import ForbiddenAddressError
from complaints.problems import RefusedError, named, read_as
from complaints.scoped import ScopedView
from heatmaps_project.accounts.clients import client_of
from heatmaps_project.webhooks import transitions
from heatmaps_project.webhooks.events import EventName, EventType, scope_of
from heatmaps_project.webhooks.models import Face, Subscription, SubscriptionQuerySet
from heatmaps_project.webhooks.transitions.subscribing import TooManyError

_REFUSAL: Final = "Some fields cannot be taken."


class SentWebhook(BaseModel):
    """Where to tell of what."""

    model_config = ConfigDict(extra="forbid", strict=True)

    url: str = Field(
        max_length=500, pattern=ONE_LINE, description="https; not in a private network."
    )
    events: list[EventName] = Field(min_length=1, max_length=len(get_args(EventName)))
    brand: str | None = Field(
        None, max_length=64, pattern=ONE_LINE, description="Code; null: each of the client's."
    )


class StoredWebhook(BaseModel):
    id: int
    url: str
    events: list[str]
    brand: str | None
    active: bool = Field(description="False: paused in the admin, or the receiver answered 410.")
    created_at: datetime
    failures: int = Field(description="In a row, by now.")


class SecretWebhook(StoredWebhook):
    """A webhook with its secret, which is shown this once."""

    secret: str = Field(description="whsec_ and base64, after Standard Webhooks.")


class Webhooks(BaseModel):
    results: list[StoredWebhook]


class PlannedPing(BaseModel):
    id: str = Field(description="The webhook-id of the trial message.")


class WebhooksView(ScopedView):
    scopes = {"GET": "webhooks:manage", "POST": "webhooks:manage"}
    parser_classes = (JsonBytes,)

    @extend_schema(operation_id="list_webhooks", responses=Webhooks)
    def get(self, request: Request) -> Response:
        """List the client's own webhooks, at most twenty."""
        return Response({"results": [_told(row) for row in _own(request).order_by("pk")]})

    @extend_schema(
        operation_id="create_webhook",
        request=SentWebhook,
        responses={201: OpenApiResponse(SecretWebhook, "Registered.")},
    )
    def post(self, request: Request) -> Response:
        """
        Register a webhook: what happens from now on is sent there.

        Of what the client may not read it is told nothing: 403.
        """
        sent = read_as(SentWebhook, body_of(request), refusal=_REFUSAL)
        client = client_of(request)
        _check_scopes(sent.events, request)
        brand = Brand.objects.filter(code=sent.brand, pk__in=client.brands.values("pk")).first()
        if sent.brand is not None and brand is None:
            raise _refused("brand", "This client is told of no such brand.", "unknown")
        try:
            row = transitions.subscribe(
                client=client,
                url=sent.url,
                events=[EventType(name) for name in sent.events],
                brand=brand,
                now=timezone.now(),
            )
        except ForbiddenAddressError as refusal:
            raise _refused("url", str(refusal), "forbidden") from None
        except TooManyError:
            raise RefusedError(409, "This client has as many webhooks as it may have.") from None
        return Response({**_told(row), "secret": row.secret}, HTTPStatus.CREATED)


class WebhookView(ScopedView):
    scopes = {"GET": "webhooks:manage", "DELETE": "webhooks:manage"}

    @extend_schema(operation_id="read_webhook", responses=StoredWebhook)
    def get(self, request: Request, pk: int) -> Response:
        """Read one of the client's own webhooks."""
        return Response(_told(found(request, pk)))

    @extend_schema(operation_id="delete_webhook", request=None, responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Delete a webhook, with all that was yet to be sent to it."""
        transitions.unsubscribe(subscription=found(request, pk))
        return Response(status=HTTPStatus.NO_CONTENT)


class WebhookPingView(ScopedView):
    scopes = {"POST": "webhooks:manage"}

    @extend_schema(operation_id="ping_webhook", request=None, responses={202: PlannedPing})
    def post(self, request: Request, pk: int) -> Response:
        """Have a trial message sent, of the type `ping`."""
        planned = transitions.ping(subscription=found(request, pk), now=timezone.now())
        return Response({"id": f"msg_{planned.message_id.hex}"}, HTTPStatus.ACCEPTED)


class WebhookRotateView(ScopedView):
    scopes = {"POST": "webhooks:manage"}

    @extend_schema(operation_id="rotate_webhook", request=None, responses=SecretWebhook)
    def post(self, request: Request, pk: int) -> Response:
        """Get a new secret; for a day, messages are signed with the old one too."""
        row = transitions.rotate(subscription=found(request, pk), now=timezone.now())
        return Response({**_told(row), "secret": row.secret})


def found(request: Request, pk: int) -> Subscription:
    """:raises Http404: it is not there, or another client's"""
    row = _own(request).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _own(request: Request) -> SubscriptionQuerySet:
    mine = Subscription.objects.of(Face.WEBHOOKS).filter(client=client_of(request))
    return mine.select_related("brand")


def _told(row: Subscription) -> dict[str, Any]:
    return StoredWebhook(
        id=row.pk,
        url=row.url,
        events=row.events,
        brand=row.brand.code if row.brand else None,
        active=row.active,
        created_at=row.created_at,
        failures=row.failures,
    ).model_dump(mode="json")


def _check_scopes(events: Sequence[str], request: Request) -> None:
    """:raises RefusedError: the token is not good for reading what one of the events tells of"""
    wanted = [(number, scope_of(event)) for number, event in enumerate(events)]
    missing = [(number, scope) for number, scope in wanted if not may(request, scope)]
    if missing:
        told = [named(f"events.{n}", f"It takes the scope {one}.", "scope") for n, one in missing]
        raise RefusedError(HTTPStatus.FORBIDDEN, "To be told of these takes more scopes.", told)


def _refused(field: str, message: str, code: str) -> RefusedError:
    return RefusedError(400, _REFUSAL, [named(field, message, code)])
