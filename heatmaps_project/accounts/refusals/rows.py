"""Whether a row that was asked for in vain is there, behind the walls of whoever asked."""

from typing import Any, Final

from django.apps import apps
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from complaints.customers.walls import Walls

# Addresses outside the admin, and those of it that name another table's row than their own.
_NAMED: Final = {
    "admin:feedback_given_give": "complaints.Customer",
    "admin:spots_singlecase_open": "complaints.Complaint",
    "api-complaint": "complaints.Complaint",
    "api-complaint-events": "complaints.Complaint",
    "api-customer": "complaints.Customer",
    "api-customer-consent": "complaints.Customer",
    "api-followup": "feedback.FollowUp",
    "api-followup-result": "feedback.FollowUp",
    "api-network-event": "spots.NetworkEvent",
    "api-request": "heatmaps_project.ServiceRequest",
    "api-request-state": "heatmaps_project.ServiceRequest",
    "api-spot": "spots.Case",
    "api-spot-moves": "spots.Case",
    "audit-report": "heatmaps_project.AuditReport",
    "audit-report-figures": "heatmaps_project.AuditReport",
    "audit-report-verify": "heatmaps_project.AuditReport",
    "emergency": "heatmaps_project.Emergency",
    "emergency-step": "heatmaps_project.Emergency",
    "lookup-vote": "heatmaps_project.Article",
    "review": "heatmaps_project.Review",
    "tmf-problem": "spots.Case",
    "tmf-ticket": "complaints.Complaint",
}


# Views of the queue: somebody's own, or a team's.
_OF_ANOTHER_TABLE: Final = {"admin:spots_spot_saved_view", "admin:spots_singlecase_saved_view"}


def model_of(view_name: str) -> type[Model] | None:
    """Return whose rows an address names; None: none that stand behind walls."""
    if view_name in _NAMED:
        return apps.get_model(_NAMED[view_name])
    page = view_name.removeprefix("admin:")
    if page == view_name or view_name in _OF_ANOTHER_TABLE:
        return None
    return next((model for model in admin.site._registry if page.startswith(_begins(model))), None)


def is_behind_walls(request: HttpRequest, number: int, *, walls: Walls) -> bool:
    """
    Whether a request names a row that is there, and not for this reader.

    walls  of the reader, a member of staff or a machine

    One query, whether there is such a row or not: who asks learns nothing from how long it takes.
    """
    found = request.resolver_match
    model = model_of(found.view_name) if found else None
    if model is None:
        return False
    inside = _inside(model, request, walls).order_by().filter(pk=number).values("pk")
    return model._base_manager.filter(pk=number).exclude(pk__in=inside).exists()


def _begins(model: type[Model]) -> str:
    return f"{model._meta.app_label}_{model._meta.model_name}_"


def _inside(model: type[Model], request: HttpRequest, walls: Walls) -> QuerySet[Any]:
    rows: Any = model._default_manager.all()
    if hasattr(rows, "within"):
        inside: QuerySet[Any] = rows.within(walls)
        return inside
    return admin.site.get_model_admin(model).get_queryset(request)
