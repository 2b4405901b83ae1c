"""The board that is open to all of the staff: what is being done, by whom, and by when."""

from django import forms
from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from complaints.admin_theme import Select
from complaints.customers.reader import walls_of
from heatmaps_project.supervision.openness.reading import MOST, What, board


class OpennessForm(forms.Form):
    """What the address asks for."""

    what = forms.ChoiceField(
        choices=[("", gettext_lazy("everything")), *What.choices],
        required=False,
        label=gettext_lazy("kind"),
        widget=Select,
    )


@require_safe
@permission_required("feedback.view_insight", raise_exception=True)
def openness_page(request: HttpRequest) -> HttpResponse:
    """:raises Http404: the address asks for a kind that there is not"""
    form = OpennessForm({"what": "", **request.GET.dict()})
    if not form.is_valid():
        raise Http404
    seen = [one for one in What if one != What.SPOT or request.user.has_perm("spots.view_spot")]
    asked = form.cleaned_data["what"]
    kinds = [one for one in seen if asked in ("", one)]
    now = timezone.now()
    page = {
        **admin.site.each_context(request),
        "title": _("What is being done"),
        "form": form,
        "board": board(
            kinds, walls=walls_of(request), now=now, zone=timezone.get_current_timezone()
        ),
        "now": now,
        "most": MOST,
    }
    return render(request, "supervision/openness/page.html", page)
