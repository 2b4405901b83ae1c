"""
Every address of the API, put together from the apps.

A new endpoint is one line in ENDPOINTS. Each answers with and without the trailing slash, without
a redirect: a redirected POST would lose its body.
"""

import logging
from collections.abc import Callable
from copy import copy
from functools import wraps
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.db import DataError, connection, transaction
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import URLPattern, path, re_path
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import parse_etags
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import TemplateView
from oauth2_provider.views.base import RevokeTokenView, TokenView
from rest_framework.exceptions import APIException, NotFound
from rest_framework.response import Response

from complaints import problems
from complaints.bodies import TooLargeError
from complaints.events.api import ComplaintEventsView
from complaints.intake.api import ComplaintsView, ComplaintView
from complaints.intake.api_batch import BatchView
from feedback.followups.api import FollowUpResultView, FollowUpsView, FollowUpView
from feedback.notifications.gateways.api import ReceiptsView
from feedback.surveys.api import AnswersView
from feedback.surveys.api_answers import RepliesView
from feedback.surveys.api_touches import TouchesView
from heatmaps_project.api_document import DocumentView
from heatmaps_project.customers.api import (
    ConsentView,
    CustomerSearchView,
    CustomersView,
    CustomerView,
)
from heatmaps_project.desk.api import LookupView
from heatmaps_project.desk.attach_api import AttachView
from heatmaps_project.desk.passes_api import LinkView, PanelView
from heatmaps_project.desk.requests.api import RequestStateView, RequestsView, RequestView
from heatmaps_project.webhooks.api import (
    WebhookPingView,
    WebhookRotateView,
    WebhooksView,
    WebhookView,
)
from spots.cases.api.lists import SpotsView, SpotView
from spots.cases.api.moves import SpotMovesView
from spots.network.api import NetworkEventsView, NetworkEventView

View = Callable[..., HttpResponseBase]

PREFIX: Final = "api/v1/"
_CHANGES: Final = 0x6966_6D74  # "ifmt": of changes with If-Match, apart from other advisory locks
ENDPOINTS: Final[tuple[tuple[str, View, str], ...]] = (
    ("complaints", ComplaintsView.as_view(), "api-complaints"),
    ("complaints/batch", BatchView.as_view(), "api-complaints-batch"),
    ("complaints/<int:pk>", ComplaintView.as_view(), "api-complaint"),
    ("complaints/<int:pk>/events", ComplaintEventsView.as_view(), "api-complaint-events"),
    ("customers", CustomersView.as_view(), "api-customers"),
    ("customers/find", CustomerSearchView.as_view(), "api-customers-find"),
    ("customers/<int:number>", CustomerView.as_view(), "api-customer"),
    ("customers/<int:number>/consent", ConsentView.as_view(), "api-customer-consent"),
    ("spots", SpotsView.as_view(), "api-spots"),
    ("spots/<int:pk>", SpotView.as_view(), "api-spot"),
    ("spots/<int:pk>/moves", SpotMovesView.as_view(), "api-spot-moves"),
    ("touches", TouchesView.as_view(), "api-touches"),
    ("answers", RepliesView.as_view(), "api-answers"),
    ("feedback", AnswersView.as_view(), "api-feedback"),
    ("receipts/<str:token>", ReceiptsView.as_view(), "api-receipts"),
    ("followups", FollowUpsView.as_view(), "api-followups"),
    ("followups/<int:pk>", FollowUpView.as_view(), "api-followup"),
    ("followups/<int:pk>/result", FollowUpResultView.as_view(), "api-followup-result"),
    ("requests", RequestsView.as_view(), "api-requests"),
    ("requests/<int:pk>", RequestView.as_view(), "api-request"),
    ("requests/<int:pk>/state", RequestStateView.as_view(), "api-request-state"),
    ("network-events", NetworkEventsView.as_view(), "api-network-events"),
    ("network-events/<int:pk>", NetworkEventView.as_view(), "api-network-event"),
    ("webhooks", WebhooksView.as_view(), "api-webhooks"),
    ("webhooks/<int:pk>", WebhookView.as_view(), "api-webhook"),
    ("webhooks/<int:pk>/ping", WebhookPingView.as_view(), "api-webhook-ping"),
    ("webhooks/<int:pk>/rotate", WebhookRotateView.as_view(), "api-webhook-rotate"),
    ("lookup", LookupView.as_view(), "api-lookup"),
    ("lookup/attach", AttachView.as_view(), "api-lookup-attach"),
    ("lookup/link", LinkView.as_view(), "api-lookup-link"),
    ("lookup/panel", PanelView.as_view(), "api-lookup-panel"),
)

logger = logging.getLogger(__name__)


def answering(view: View) -> View:
    """Wrap a machine's view: in English, kept by no cache, and every error as a problem."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with translation.override("en"):
            try:
                response = view(request, *args, **kwargs)
            except Exception as error:
                response = problems.answer(error, instance=request.path)
                if response.status_code >= 500:
                    said = {"request": request}
                    logger.exception("%s %s", request.method, request.path, extra=said)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return answer


class ChangedMeanwhileError(APIException):
    status_code = HTTPStatus.PRECONDITION_FAILED
    default_detail = "It is not as If-Match says: read it again. Nothing was done."


def conditional(view: View) -> View:
    """
    Give what is read an ETag, and answer 304 to who has the same already.

    What is changed with an If-Match is changed only as long as it is what its sender has read.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in {"PATCH", "DELETE"} and "If-Match" in request.headers:
            # Whoever reads the stream empties it for the other; what was read whole is kept for
            # both. And however slowly it comes: nobody waits for it yet.
            if int(request.META.get("CONTENT_LENGTH") or 0) > settings.API_BODY_BYTES:
                raise TooLargeError
            len(request.body)
            return _changed_if_matching(view, request, *args, **kwargs)
        response = view(request, *args, **kwargs)
        if request.method not in {"GET", "HEAD"} or not isinstance(response, Response):
            return response
        response.render()
        if response.status_code != HTTPStatus.OK:
            return response
        response.headers["ETag"] = etag = _etag_of(response)
        response.headers["Cache-Control"] = "private, no-cache"
        known = get_conditional_response(request, etag=etag, response=response)
        if known is not None and known.status_code == HTTPStatus.PRECONDITION_FAILED:
            raise ChangedMeanwhileError
        return known or response

    return answer


def _etag_of(response: Response) -> str:
    return f'"{sha256(response.content).hexdigest()[:32]}"'


@transaction.atomic
def _changed_if_matching(
    view: View, request: HttpRequest, *args: Any, **kwargs: Any
) -> HttpResponseBase:
    """
    Make a change one after another with those of the same address that have an If-Match too.

    :raises ChangedMeanwhileError: it is something else by now, or cannot be read
    """
    with connection.cursor() as cursor:
        # Of two numbers: whoever chooses the address shall not meet the lock of something else.
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_CHANGES, request.path.rstrip("/")]
        )
    reading = copy(request)
    reading.method = "GET"
    read = view(reading, *args, **kwargs)
    matches = request.headers["If-Match"]
    if isinstance(read, Response) and read.status_code == HTTPStatus.OK:
        read.render()
        if matches == "*" or _etag_of(read) in parse_etags(matches):
            return view(request, *args, **kwargs)
    raise ChangedMeanwhileError


def reading_oauth(view: View) -> View:
    """Refuse what PostgreSQL cannot be asked for (a client id with a NUL in it)."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except (ValueError, DataError):
            return JsonResponse({"error": "invalid_request"}, status=400)

    return answer


@csrf_exempt
def unknown(request: HttpRequest) -> HttpResponseBase:
    raise NotFound("There is no such address in the API.")


def _either_way(route: str, view: View, name: str) -> list[URLPattern]:
    return [path(f"{route}/", view, name=name), path(route, view)]


_schema = DocumentView.as_view()

# Only what machines need of the OAuth library: tokens. Clients are made in the admin, or by
# `manage.py make_api_client`.
oauth_patterns = [
    *_either_way("token", answering(reading_oauth(TokenView.as_view())), "token"),
    *_either_way(
        "revoke_token", answering(reading_oauth(RevokeTokenView.as_view())), "revoke-token"
    ),
]

urlpatterns = [
    *(
        pattern
        for route, view, name in ENDPOINTS
        for pattern in _either_way(PREFIX + route, answering(conditional(view)), name)
    ),
    *_either_way(f"{PREFIX}schema", answering(_schema), "api-schema"),
    *_either_way(f"{PREFIX}docs", TemplateView.as_view(template_name="api_docs.html"), "api-docs"),
    re_path(r"^api(?:/|$)", answering(unknown)),
]
