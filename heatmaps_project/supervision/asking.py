"""What the address of a page of figures asks for: a period, a team, a region."""

from collections.abc import Mapping
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy

from complaints.admin_theme import Select
from complaints.customers.reader import walls_of
from complaints.customers.walls import Walls
from complaints.geocoding.models import Region
from heatmaps_project.supervision.scope import Scope
from spots.models import Team

USUAL_DAYS = 30
PERIODS = (
    (7, gettext_lazy("7 days")),
    (30, gettext_lazy("30 days")),
    (90, gettext_lazy("90 days")),
)
A_YEAR = (365, gettext_lazy("365 days"))  # only where a year is counted in time


class FiltersForm(forms.Form):
    """
    What the address asks for. A region behind the reader's walls is none.

    usual  what is meant, and shown, where the address does not say
    """

    usual: ClassVar[Mapping[str, int]] = {"days": USUAL_DAYS}

    days = forms.TypedChoiceField(
        choices=PERIODS,
        coerce=int,
        empty_value=None,
        required=False,
        label=gettext_lazy("period"),
        widget=Select,
    )
    team = forms.ModelChoiceField(
        Team.objects.order_by("name"),
        required=False,
        label=gettext_lazy("team"),
        empty_label=gettext_lazy("all teams"),
        widget=Select,
    )
    region = forms.ModelChoiceField(
        Region.objects.none(),
        required=False,
        label=gettext_lazy("region"),
        empty_label=gettext_lazy("all regions"),
        widget=Select,
    )

    def __init__(self, *args: Any, walls: Walls, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        region = self.fields["region"]
        assert isinstance(region, forms.ModelChoiceField)
        region.queryset = Region.objects.within(walls).defer("outline").order_by("pk")


def asked(request: HttpRequest, kind: type[FiltersForm] = FiltersForm) -> tuple[Any, Scope]:
    """
    Return what an address asks for, as a form and as a scope; what is usual where it does not say.

    :raises Http404: it asks for a period, team or region that is not there
    """
    walls = walls_of(request)
    told = request.GET.copy()
    for name, value in kind.usual.items():
        told.setdefault(name, str(value))
    form = kind(told, walls=walls)
    if not form.is_valid():
        raise Http404
    team, region = form.cleaned_data.get("team"), form.cleaned_data["region"]
    return form, Scope(
        walls=walls,
        now=timezone.now(),
        zone=ZoneInfo(timezone.get_current_timezone_name()),
        days=form.cleaned_data["days"] or USUAL_DAYS,
        team=team.pk if team else None,
        region=region.pk if region else None,
    )
