"""
Staff pages: in the reader's own time zone and language, and never kept by a cache. And what those
may send who are no staff.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers

from complaints.customers.handed_out import handed_out
from heatmaps_project.accounts.models import User
from heatmaps_project.accounts.roles import Role
from heatmaps_project.accounts.sessions import is_idle, is_old, is_wall_display, note_act
from heatmaps_project.accounts.transitions import note_look

_LETTERS: Final = "application/x-www-form-urlencoded"
_FORMS: Final = {_LETTERS, "multipart/form-data"}


class StrangersMiddleware:
    """
    Refuses a form that is larger than ours are, before it is read: of anybody who is not signed in,
    and of letters whoever sends it.

    Ten megabytes of %41 take 800 MB and more than a second to read, and files a disk.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        is_large = request.content_type in _FORMS and length > settings.STRANGERS_FORM_BYTES
        is_huge = request.content_type == _LETTERS and length > settings.FORM_BYTES
        if is_huge or (is_large and not request.user.is_authenticated):
            status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            return HttpResponse(status.phrase, status=status, content_type="text/plain")
        return self.get_response(request)

    def process_exception(self, _request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Whoever did not send all of it in time is no fault of ours."""
        if not isinstance(error, UnreadablePostError):
            return None
        status = HTTPStatus.REQUEST_TIMEOUT
        return HttpResponse(status.phrase, status=status, content_type="text/plain")


# What a display on a wall asks for, by the names of the addresses; the rest is static.
_OF_WALLS: Final = {
    *("map", "map-spots", "map-stay", "base-tile", "data-tile"),
    *("wall", "wall-numbers", "favicon"),
}


class StaffPagesMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not isinstance(user, User):
            return self.get_response(request)
        if "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest  # PostgreSQL has no such text
        if user.language:
            translation.activate(user.language)
        with timezone.override(ZoneInfo(user.time_zone) if user.time_zone else None):
            response = self.get_response(request)
        if marked := handed_out(response):
            whose, what, why = marked  # what cannot be recorded is not handed out
            note_look(by=user, whose=whose, what=what, why=why, now=timezone.now())
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """
        Sign out after as long as sessions last, whatever kept one, and agents who do nothing; a
        wall display goes on.

        It stays signed in for weeks, in a room where people pass, as somebody who may do more:
        what else that is takes the password again, as it does from everybody.
        """
        if not isinstance(request.user, User):
            return None
        ends_idle, session = request.user.role == Role.AGENT, request.session
        page = request.resolver_match.view_name if request.resolver_match else ""
        is_wall = page in _OF_WALLS and is_wall_display(session)
        if not is_wall and (is_old(session) or (ends_idle and is_idle(session))):
            logout(request)
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        if ends_idle and (page == "acting" or _is_by_hand(request)):
            note_act(session)
        return None


def _is_by_hand(request: HttpRequest) -> bool:
    """Whether somebody goes to a page or sends a form; a browser that does not say so: yes."""
    return request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
