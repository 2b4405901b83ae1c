"""The site of all staff pages."""

from functools import partial
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.core.paginator import InvalidPage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from unfold.sites import UnfoldAdminSite

from complaints.limits import seldom_enough
from heatmaps_project.accounts.roles import Role

MOST_PASSWORDS: Final = 10  # that one account tries within WINDOW to change its own
WINDOW: Final = 600  # seconds


class AdminSite(UnfoldAdminSite):
    """Unfold's, whose pages list what is in the side bar, and whose name leads to one's own."""

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """As Unfold's; an agent's pages go with the session where nobody does anything."""
        context: dict[str, Any] = super().each_context(request)
        if getattr(request.user, "role", "") == Role.AGENT:
            seconds = str(settings.SESSION_IDLE_SECONDS)
            asked = urlencode({"seconds": seconds, "told": reverse("acting")})
            script = static("heatmaps_project/idle.js")
            context["scripts"] = [*context["scripts"], f"{script}?{asked}"]
        return context

    def index(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Lead to the page that the reader's day begins with: the side bar lists all others."""
        return redirect("home")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Ask for the old one, so seldom that nobody guesses it at somebody's open session."""
        tried = f"own-password:{request.user.pk}"
        if request.method == "POST" and not seldom_enough(
            tried, most=MOST_PASSWORDS, seconds=WINDOW
        ):
            messages.error(request, _("Too often. Please try again in ten minutes."))
            return redirect("admin:password_change")
        changed: HttpResponse = super().password_change(request, extra_context)
        return changed

    def search(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """:raises Http404: there is no such page of what is found"""
        try:
            found: HttpResponse = super().search(request, extra_context)
        except (ValueError, InvalidPage):
            raise Http404 from None
        return found

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """Return the apps and models of a reader, counted out only where a page lists them."""
        # Every page is handed this list, of a hundred models and their rights; hardly one shows it.
        return SimpleLazyObject(partial(super().get_app_list, request, app_label))
