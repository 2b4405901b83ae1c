"""
The lookup page: an agent types the caller's address and reads out what is known.

The address is posted, never in a URL: it is the caller's, and URLs are logged.
"""

from django import forms
from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from complaints.customers.reader import walls_of
from complaints.geocoding import geocoder
from heatmaps_project.desk.answers import answer_at, find
from heatmaps_project.desk.speech import Language

MOST_CHARACTERS = 300
MOST_SUGGESTIONS = 8
FEWEST_CHARACTERS = 3  # that are worth suggesting for

may_look_up = permission_required("heatmaps_project.use_lookup", raise_exception=True)


class AddressForm(forms.Form):
    address = forms.CharField(label=_("Caller's address"), max_length=MOST_CHARACTERS)


@require_http_methods(["GET", "HEAD", "POST"])
@admin.site.admin_view
@may_look_up
def lookup(request: HttpRequest) -> HttpResponse:
    form = AddressForm(request.POST or None)
    answer, others = None, []
    if form.is_bound and form.is_valid():
        address = form.cleaned_data["address"]
        place = find(address)
        if place:
            answer = answer_at(place, walls=walls_of(request), now=timezone.now())
        else:
            others = geocoder.suggest(address, MOST_SUGGESTIONS)
    context = {
        **admin.site.each_context(request),
        "title": _("Lookup"),
        "form": form,
        "answer": answer,
        "others": others,
        "sentences": _own_language_first(answer.sentences) if answer else [],
    }
    return render(request, "desk/lookup.html", context)


@require_POST
@admin.site.admin_view
@may_look_up
def suggest(request: HttpRequest) -> HttpResponse:
    """Addresses that what was typed may become, as options of a list."""
    form = AddressForm(request.POST)
    typed = form.cleaned_data["address"] if form.is_valid() else ""
    found = geocoder.suggest(typed, MOST_SUGGESTIONS) if len(typed) >= FEWEST_CHARACTERS else []
    return render(request, "desk/suggestions.html", {"found": found})


def _own_language_first(sentences: dict[Language, str]) -> list[tuple[Language, str]]:
    own = (get_language() or "ru")[:2]
    return sorted(sentences.items(), key=lambda one: one[0] != own)
