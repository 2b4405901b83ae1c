"""Versions of the weights in the admin: previewed, saved, compared, taken up again."""

from typing import Any

from django.db.models import F, QuerySet, Subquery
from django.db.models.lookups import Exact
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.admin_theme import ModelAdmin, display
from complaints.customers.reader import walls_of
from complaints.row_number import row_number
from spots.cases.priority import preview_page
from spots.cases.priority.forms import FIELDSETS, VALUES, PriorityWeightsForm
from spots.cases.priority.models import PriorityWeights
from spots.cases.priority.weighing import weights_in_force


class PriorityWeightsAdmin(ModelAdmin):
    """Weights are never changed, only followed by newer ones: old priorities stay explained."""

    form = PriorityWeightsForm
    list_display = ("since", "counts", "by", "note", "p1_from", "p2_from", "p3_from")
    list_select_related = ("by",)
    list_per_page = 50
    ordering = ("-since",)
    actions = None

    class Media:
        css = {
            "all": (
                "spots/case/case.css",
                "spots/watching/watching.css",
                "spots/case/weights.css",
            )
        }

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        begun = PriorityWeights.objects.filter(since__lte=timezone.now()).order_by("-since")
        newest = Subquery(begun.values("pk")[:1])
        marked: QuerySet[Any] = rows.annotate(is_in_force=Exact(F("pk"), newest))
        return marked.select_related("by")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description=gettext_lazy("counts"))
    def counts(self, version: Any) -> str:
        if version.is_in_force:
            return _("now")
        return _("later") if version.since > timezone.now() else "—"

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return FIELDSETS
        _first, *rest = FIELDSETS
        return ((None, {"fields": ("since", "by", "note")}), *rest)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Start from the version that is to be taken up again, else from the one in force."""
        now = timezone.now()
        asked = row_number(request.GET.get("from", ""))
        version = PriorityWeights.objects.filter(pk=asked).first() if asked else None
        note = _("As on %(version)s.") % {"version": version} if version else ""
        version = version or weights_in_force(now=now)
        values = {name: getattr(version, name) for name in VALUES}
        return {**values, "note": note, "since": now.replace(second=0, microsecond=0)}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        obj.by = request.user
        super().save_model(request, obj, form, change)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], **kwargs: Any
    ) -> HttpResponse:
        """Show what the version would make of the queue, beside the one it is compared with."""
        context = {**context, "show_save_and_add_another": False, "show_save_and_continue": False}
        form, obj, now = context["adminform"].form, kwargs.get("obj"), timezone.now()
        version = obj or (form.instance if getattr(form, "is_previewed", False) else None)
        if version is not None:
            against = preview_page.other_version(version, request.GET.get("against", ""), now=now)
            walls = walls_of(request)
            more = preview_page.context_of(version, against, walls=walls, now=now)
            context = {**context, **more}
        shown: HttpResponse = super().render_change_form(request, context, **kwargs)
        return shown
