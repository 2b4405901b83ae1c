"""Outages, works and building plans, with the priority that places give them (000-11)."""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from complaints.admin_theme import display
from heatmaps_project.supervision.planning.models import ProposalLink
from spots.network.admin import NetworkEventAdmin
from spots.network.models import NetworkEvent


class RaisedEventAdmin(NetworkEventAdmin):
    """What is linked to a place where spots return is as urgent as the most urgent of them."""

    list_display: Any = (*NetworkEventAdmin.list_display, "priority")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        linked = ProposalLink.objects.filter(event=OuterRef("pk")).order_by("band").values("band")
        rows: Any = super().get_queryset(request)
        found: QuerySet[Any] = rows.annotate(band=Subquery(linked[:1]))
        return found

    @display(description=gettext_lazy("priority"), ordering="band")
    def priority(self, event: NetworkEvent) -> str:
        band = getattr(event, "band", None)
        return f"P{band}" if band else "—"
