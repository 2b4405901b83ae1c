"""The site of all staff pages."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject
from unfold.sites import UnfoldAdminSite


class AdminSite(UnfoldAdminSite):
    """Unfold's, whose pages list what is in the side bar, and whose name leads to one's own."""

    def index(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Lead to the page that the reader's day begins with: the side bar lists all others."""
        return redirect("home")

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """Return the apps and models of a reader, counted out only where a page lists them."""
        # Every page is handed this list, of a hundred models and their rights; hardly one shows it.
        return SimpleLazyObject(partial(super().get_app_list, request, app_label))
