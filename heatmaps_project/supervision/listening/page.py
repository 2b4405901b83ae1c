"""The listening day: complaints to read without whose they are, and ideas to raise of them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from complaints.admin_theme import TextInput
from complaints.customers.reader import walls_of
from complaints.typed_days import DayField
from heatmaps_project.accounts.models import User
from heatmaps_project.supervision.listening import transitions
from heatmaps_project.supervision.listening.reading import days_to_come, is_open, stream, today

SET = "heatmaps_project.add_listeningday"


class DayForm(forms.Form):
    """A day to listen; `off` calls it off."""

    day = DayField(label=gettext_lazy("day"), widget=TextInput(attrs={"type": "date"}))
    off = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("day") and given["day"] < today(timezone.now()):
            self.add_error("day", gettext_lazy("This day is over."))
        return given


@require_http_methods(["GET", "HEAD", "POST"])
@admin.site.admin_view
@permission_required("feedback.raise_insight", raise_exception=True)
def listening_page(request: HttpRequest) -> HttpResponse:
    """
    Show what customers say, on the days that are set; a POST sets one, or calls it off.

    :raises PermissionDenied: the reader may not set days
    """
    now, may_set = timezone.now(), request.user.has_perm(SET)
    form = DayForm(request.POST or None)
    if request.method == "POST":
        if not may_set:
            raise PermissionDenied
        if form.is_valid():
            _set(request, form)
            return HttpResponseRedirect(reverse("listening"))
    there = is_open(now)
    page = {
        **admin.site.each_context(request),
        "title": _("Listening day"),
        "is_open": there,
        "heard": stream(walls_of(request), now=now) if there else (),
        "days": days_to_come(now),
        "may_set": may_set,
        "form": form,
    }
    return render(request, "supervision/listening/page.html", page)


def _set(request: HttpRequest, form: DayForm) -> None:
    user, day = request.user, form.cleaned_data["day"]
    assert isinstance(user, User)  # the site asks for a sign-in first
    if form.cleaned_data["off"]:
        transitions.call_off(day=day)
    else:
        transitions.set_day(day=day, by=user)
