"""Signing in by a provider of identities, there and back; and signing out of it."""

import logging
from typing import Any, Final

from django.contrib import admin, messages
from django.contrib.auth import REDIRECT_FIELD_NAME, login
from django.contrib.auth.views import LogoutView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from complaints.limits import seldom_enough, sender_of
from heatmaps_project.accounts.models import User
from heatmaps_project.accounts.provider import client
from heatmaps_project.accounts.provider.transitions import NotOursError, account_of
from heatmaps_project.accounts.second_factor.views import Next, second_step

logger = logging.getLogger(__name__)
BACKEND: Final = "heatmaps_project.accounts.provider.backend.ProviderBackend"
BY_ONE_PROOF: Final = "heatmaps_project.accounts.backends.RoleBackend"
MOST_A_MINUTE: Final = 60  # ways there or out of one sender, who may be a whole office


@never_cache
@require_safe
def there(request: HttpRequest) -> HttpResponse:
    """:raises Http404: the settings name no provider"""
    if not client.is_set_up():
        raise Http404
    if _asks_too_often(request):
        return _refused(request, "this sender asks too often")
    request.session[REDIRECT_FIELD_NAME] = Next(request).get_success_url()
    try:
        return client.way_there(request)
    except client.UnprovenError as fault:
        return _refused(request, str(fault))


@never_cache
@require_safe
def back(request: HttpRequest) -> HttpResponse:
    """
    Sign in whom the provider vouches for; without a second factor there, one of ours is asked.

    :raises Http404: the settings name no provider
    """
    if not client.is_set_up():
        raise Http404
    try:
        person = client.whoever_comes_back(request)
        user = account_of(person, by_groups=client.has_roles())
    except client.UnprovenError as fault:
        return _refused(request, str(fault))
    except NotOursError:
        return _refused(request, "no account")
    where = request.session.get(REDIRECT_FIELD_NAME, "/")
    if user.asks_second_factor and not person.has_second_factor:
        return second_step(request, user, where)
    request.session.flush()
    login(request, user, backend=BACKEND if person.has_second_factor else BY_ONE_PROOF)
    return redirect(where)


class SignOut(LogoutView):
    """
    Signs out here, and offers the way out of the provider to who may have come from there.

    By a link: no form of ours may lead to another site (form-action of the policy), and whoever
    shares a computer signs out of everything else on it by that click.
    """

    template_name = "accounts/signed_out.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = request.user
        bound = isinstance(user, User) and user.provider_subject is not None
        self.extra_context = {"is_bound": bound and client.is_set_up()}
        return super().post(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        site = {**admin.site.each_context(self.request), "has_permission": False}
        return super().get_context_data(**site, **kwargs)


@never_cache
@require_safe
def out(request: HttpRequest) -> HttpResponse:
    """:raises Http404: the settings name no provider"""
    if not client.is_set_up():
        raise Http404
    try:
        if _asks_too_often(request):
            raise client.UnprovenError("this sender asks too often")
        return redirect(client.way_out())
    except client.UnprovenError as fault:
        logger.warning("The provider of identities signs nobody out: %s", fault)
        messages.error(request, _("The account of the organisation is still signed in."))
        return redirect("admin:login")


def _asks_too_often(request: HttpRequest) -> bool:
    """Each asks the provider something, and few are let do so at once: the staff come after it."""
    name = f"provider:{sender_of(request)}"
    return not seldom_enough(name, most=MOST_A_MINUTE, seconds=60)


def _refused(request: HttpRequest, why: str) -> HttpResponse:
    logger.warning("The provider of identities vouched for nobody: %s", why)
    messages.error(request, _("That did not sign you in. Ask an administrator."))
    return redirect("admin:login")
