"""Outages, works and building plans, with the priority that places give them (000-11)."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from complaints.admin_theme import display
from heatmaps_project.supervision.planning.raising import with_band
from spots.network.admin import NetworkEventAdmin
from spots.network.models import NetworkEvent


class RaisedEventAdmin(NetworkEventAdmin):
    """What is tied to spots, or places where they return, is as urgent as the most urgent."""

    list_display: Any = (*NetworkEventAdmin.list_display, "priority")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: Any = super().get_queryset(request)
        return with_band(rows)

    @display(description=gettext_lazy("priority"), ordering="band")
    def priority(self, event: NetworkEvent) -> str:
        band = getattr(event, "band", None)
        return f"P{band}" if band else "—"
