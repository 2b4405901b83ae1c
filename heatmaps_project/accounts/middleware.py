"""Staff pages: in the reader's own time zone and language, and never kept by a cache."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers

from heatmaps_project.accounts.models import User


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
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response
