"""The addresses of TMF621 and TMF656, each with and without the trailing slash."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import URLPattern, path, re_path
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from complaints.problems import understood
from heatmaps_project.tmf import tasks_api as tasks
from heatmaps_project.tmf.hub.api import HubView, ListenerView
from heatmaps_project.tmf.problems_api import (
    EventRecordsView,
    EventRecordView,
    ProblemsView,
    ProblemView,
)
from heatmaps_project.tmf.tickets_api import TicketsView, TicketView
from heatmaps_project.tmf.wire import MEDIA_TYPE, error_body
from heatmaps_project.webhooks.models import Face

View = Callable[..., HttpResponseBase]
FACES: Final[dict[str, tuple[tuple[str, View, str], ...]]] = {
    "troubleTicket": (
        ("troubleTicket", TicketsView.as_view(), "tickets"),
        ("troubleTicket/<str:pk>", TicketView.as_view(), "ticket"),
    ),
    "serviceProblemManagement": (
        ("serviceProblem", ProblemsView.as_view(), "problems"),
        ("serviceProblem/<str:pk>", ProblemView.as_view(), "problem"),
        ("serviceProblemEventRecord", EventRecordsView.as_view(), "event-records"),
        ("serviceProblemEventRecord/<str:pk>", EventRecordView.as_view(), "event-record"),
        ("problemAcknowledgement", tasks.AcknowledgementView.as_view(), "acknowledge"),
        ("problemUnacknowledgement", tasks.UnacknowledgementView.as_view(), "unacknowledge"),
        ("problemGroup", tasks.GroupView.as_view(), "group"),
        ("problemUngroup", tasks.UngroupView.as_view(), "ungroup"),
    ),
}


def answering(view: View) -> View:
    """Wrap a face's view: in English, kept by no cache, every error as TM Forum writes it."""

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with translation.override("en"):
            try:
                response = view(request, *args, **kwargs)
                if isinstance(response, Response):
                    # Written, it is not needed as it was read, which takes twenty times as much
                    # memory: its view and it hold each other until garbage is collected.
                    response.render()
                    response.data = None
            except Exception as error:
                known = understood(error)
                if known.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                    raise
                response = JsonResponse(
                    error_body(known), status=known.status_code, content_type=MEDIA_TYPE
                )
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return answer


def unknown(request: HttpRequest) -> HttpResponseBase:
    raise NotFound("There is no such address.")


def _patterns() -> list[URLPattern]:
    patterns = []
    for face, addresses in FACES.items():
        hub: tuple[tuple[str, View, str], ...] = (
            ("hub", HubView.as_view(face=Face(face)), f"{face}-hub"),
            ("hub/<str:pk>", ListenerView.as_view(face=Face(face)), f"{face}-listener"),
        )
        for route, view, name in (*addresses, *hub):
            whole = f"tmf-api/{face}/v4/{route}"
            patterns += [
                path(f"{whole}/", answering(view), name=f"tmf-{name}"),
                path(whole, answering(view)),
            ]
    return patterns


urlpatterns = [*_patterns(), re_path(r"^tmf-api(?:/|$)", answering(unknown))]
