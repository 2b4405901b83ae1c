"""Ways to look at the list of places, and what of the same walls and filters is compared to it."""

from typing import Any

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.db.models import Max, QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from complaints.customers.reader import walls_of
from complaints.intake.models import Complaint
from complaints.row_number import row_number
from heatmaps_project.supervision.planning.models import ProposalQuerySet
from heatmaps_project.supervision.planning.reading import Period
from heatmaps_project.supervision.planning.states import OPEN, State

VIEWS: dict[str, Promise] = {
    "": pgettext_lazy("places", "To decide and in the plan"),
    "planned": pgettext_lazy("places", "In the plan"),
    "done": pgettext_lazy("places", "Done"),
    "rejected": pgettext_lazy("places", "Rejected"),
    "quiet": pgettext_lazy("places", "Spots return no longer"),
    "all": pgettext_lazy("places", "All"),
}


class ViewFilter(SimpleListFilter):
    """Which places are listed; those of open proposals, where the address names none."""

    title = gettext_lazy("view")
    parameter_name = "view"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, Any]]:
        return [(name, title) for name, title in VIEWS.items() if name]

    def choices(self, changelist: Any) -> Any:
        for choice in super().choices(changelist):
            if choice["query_string"].find("view=") < 0:
                choice["display"] = str(VIEWS[""])
            yield choice

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "planned" | "done" | "rejected" as state:
                return queryset.filter(state=State(state))
            case "quiet":
                return queryset.filter(state__in=OPEN, recurs=False)
            case "all":
                return queryset
            case _:
                return queryset.filter(state__in=OPEN, recurs=True)


def complaints_beside(request: HttpRequest, rows: ProposalQuerySet) -> int:
    """
    Count all complaints that the places' own are among: of the reader's walls, the same window,
    and the brand and region that the list is filtered by.
    """
    measured = rows.order_by().aggregate(at=Max("measured_at"))["at"]
    if measured is None:
        return 0
    period = Period(measured)
    told = Complaint.objects.in_effect().within(walls_of(request))
    told = told.filter(occurred_at__gte=period.since, occurred_at__lt=period.until)
    for name in ("brand", "region"):
        number = row_number(request.GET.get(f"{name}__id__exact", ""))
        if number is not None:
            told = told.filter(**{name: number})
    return told.exclude(region=None).count()
