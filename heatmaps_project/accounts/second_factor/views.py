"""
Signing in, in two steps: the password, then a code. Nobody is signed in before the second.

Whoever has to have a second factor and has none sets one up in between.
"""

from typing import Any, Final
from urllib.parse import urlencode

import segno
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import REDIRECT_FIELD_NAME, authenticate, login
from django.contrib.auth.views import LoginView, RedirectURLMixin
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from heatmaps_project.accounts.models import User
from heatmaps_project.accounts.provider.client import is_set_up
from heatmaps_project.accounts.second_factor import codes, pending, transitions
from heatmaps_project.accounts.second_factor.forms import CodeForm, PasswordForm, ProofForm
from heatmaps_project.accounts.second_factor.models import SecondFactor
from heatmaps_project.accounts.second_factor.pending import Step

BACKEND: Final = "heatmaps_project.accounts.second_factor.backend.SecondFactorBackend"


class SignIn(LoginView):
    """The password. It signs in whoever has no second factor, and need not have one."""

    template_name = "accounts/sign_in.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "GET" and admin.site.has_permission(request):
            return redirect("home")
        return super().dispatch(request, *args, **kwargs)

    def get_form_class(self) -> Any:
        return PasswordForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **admin.site.each_context(self.request),
            title=_("Log in"),
            app_path=self.request.get_full_path(),
            has_provider=is_set_up(),
            where=urlencode({REDIRECT_FIELD_NAME: self.get_success_url()}),
            **kwargs,
        )

    def form_valid(self, form: Any) -> HttpResponse:
        user: User = form.get_user()
        if not user.asks_second_factor:
            return super().form_valid(form)
        return second_step(self.request, user, self.get_success_url())


def second_step(request: HttpRequest, user: User, where: str) -> HttpResponse:
    """Lead whoever has given one proof to the other, and then to an address of ours."""
    step = Step.CODE if user.second_factor_at else Step.SET_UP
    pending.begin(request, user, step, now=timezone.now())
    page = reverse("sign-in-code" if step == Step.CODE else "second-factor-set-up")
    return redirect(f"{page}?{urlencode({REDIRECT_FIELD_NAME: where})}")


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def code_page(request: HttpRequest) -> HttpResponse:
    """Ask for the code, and sign in."""
    user = pending.waiting(request, Step.CODE, now=timezone.now())
    if user is None:
        return _begin_again(request)
    form = CodeForm(request.POST or None)
    if form.is_valid():
        code = form.cleaned_data["code"]
        if authenticate(request, username=user.get_username(), secret_code=code):
            where = Next(request).get_success_url()
            _sign_in(request, user)
            return HttpResponseRedirect(where)
        form.add_error("code", _("This code is wrong, or used already. Wait for the next one."))
    return _page(request, "code.html", _("Code of the phone"), form=form)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def set_up_page(request: HttpRequest) -> HttpResponse:
    """Show the key of a new second factor, and take it once the phone has it."""
    now = timezone.now()
    user = pending.waiting(request, Step.SET_UP, now=now)
    if user is None:
        return _begin_again(request)
    form, key = CodeForm(request.POST or None), pending.offered_key(request)
    if form.is_valid():
        code = "".join(form.cleaned_data["code"].split())
        try:
            shown = transitions.set_up(user=user, key=key, code=code, now=now)
        except transitions.WrongCodeError:
            form.add_error("code", _("The phone does not show this code. Is its clock right?"))
        except transitions.SetUpMeanwhileError:
            return _begin_again(request)
        else:
            where = Next(request).get_success_url()
            _sign_in(request, user)
            return _recovery_codes(request, shown, where)
    address = codes.address_for_apps(key, account=user.get_username(), issuer=_("Heatmaps"))
    picture = segno.make_qr(address, error="m").svg_data_uri(scale=5, light="#fff")
    words = {"form": form, "key": codes.in_groups(key), "picture": picture}
    return _page(request, "set_up.html", _("Second factor"), **words)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def own_page(request: HttpRequest) -> HttpResponse:
    """What the reader's own second factor is; another phone, or other codes, against a proof."""
    user = request.user
    assert isinstance(user, User)  # the site asks for a sign-in first
    has_factor = user.second_factor_at is not None
    form = ProofForm(request.POST or None, has_factor=has_factor)
    if form.is_valid():
        proof = {"secret_code" if has_factor else "password": form.cleaned_data["proof"]}
        if not authenticate(request, username=user.get_username(), **proof):
            form.add_error("proof", _("That was not right. Nothing was changed."))
        elif form.cleaned_data["do"] == "codes" and has_factor:
            shown = transitions.renew_recovery_codes(user=user)
            return _recovery_codes(request, shown, reverse("second-factor"))
        else:
            pending.begin(request, user, Step.SET_UP, now=timezone.now())
            return redirect("second-factor-set-up")
    factor = SecondFactor.objects.filter(user=user).first()
    page = {
        **admin.site.each_context(request),
        "title": _("Second factor"),
        "form": form,
        "since": user.second_factor_at,
        "left": len(factor.recovery_codes) if factor else 0,
    }
    return render(request, "accounts/second_factor.html", page)


def _sign_in(request: HttpRequest, user: User) -> None:
    """In a new session: what stood in the one before it stays behind."""
    request.session.flush()
    login(request, user, backend=BACKEND)


class Next(RedirectURLMixin):
    """Where a page's address says that it leads to, if that is here."""

    next_page = settings.LOGIN_REDIRECT_URL

    def __init__(self, request: HttpRequest) -> None:
        self.request = request


def _begin_again(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("Too much time has passed. Please sign in again."))
    return redirect("admin:login")


def _recovery_codes(request: HttpRequest, shown: list[str], where: str) -> HttpResponse:
    lines = [codes.in_groups(code) for code in shown]
    return _page(request, "recovery_codes.html", _("Recovery codes"), lines=lines, where=where)


def _page(request: HttpRequest, template: str, title: str, **words: Any) -> HttpResponse:
    page = {**admin.site.each_context(request), "title": title, **words}
    return render(request, f"accounts/{template}", page)
