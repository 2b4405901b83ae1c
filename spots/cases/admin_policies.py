"""SLA policies in the admin: which cases, and what is promised to them."""

from typing import Any, cast

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from complaints.admin_theme import HistoryAdmin, display
from complaints.customers.reader import walls_of
from complaints.geocoding.models import Region
from spots.cases.forms_policies import PolicyForm
from spots.cases.models import Kind
from spots.network.widgets import ShapeWidget
from spots.sla.admin import OPEN_PROMISES_FOLLOW
from spots.sla.models import Policy, PolicyQuerySet


class PolicyAdmin(HistoryAdmin):
    form = PolicyForm
    change_form_template = "admin/spots/shape_change_form.html"
    list_display = (
        *("order", "name", "kind_shown", "brand", "region", "topic", "segments_shown", "band"),
        *("working_time", "reaction_minutes", "eta_minutes", "fix_minutes"),
        "first_answer_minutes",
    )
    list_display_links = ("order", "name")
    list_select_related = ("brand", "region", "topic", "working_time")
    ordering = ("order",)
    fieldsets = (
        (None, {"fields": ("order", "name"), "description": OPEN_PROMISES_FOLLOW}),
        (
            _("For which cases"),
            {
                "fields": (
                    *("kind", "brand", "region", "area", "topic"),
                    *("segments", "segments_share", "band"),
                ),
                "description": _(
                    "Policies are asked in order, and the first that matches decides. What is"
                    " left empty matches everything. Only the last policy may ask for nothing."
                ),
            },
        ),
        (
            _("What is promised"),
            {
                "fields": (
                    *("working_time", "reaction_minutes", "eta_minutes", "fix_minutes"),
                    *("first_answer_minutes", "reopening"),
                ),
                "description": _(
                    "Minutes of working time by the calendar. Empty or 0: nothing is promised."
                    " The first answer is promised to single cases, from the complaint's reception."
                ),
            },
        ),
    )

    class Media:
        css = {"all": ("spots/case/case.css", "spots/routing/routing.css")}

    def get_queryset(self, request: HttpRequest) -> PolicyQuerySet:
        rows = cast(PolicyQuerySet, super().get_queryset(request)).within(walls_of(request))
        return rows.defer("region__outline")

    def get_form(self, request: HttpRequest, obj: Any = None, *rest: Any, **kwargs: Any) -> Any:
        made = super().get_form(request, obj, *rest, **kwargs)
        extent = Region.objects.within(walls_of(request)).extent()
        made.base_fields["area"].widget = ShapeWidget(
            attrs={"extent": extent, "geom_type": "MULTIPOLYGON"}
        )
        return made

    @display(description=_("kind"), ordering="kind")
    def kind_shown(self, policy: Policy) -> str:
        return str(dict(Kind.choices).get(policy.kind, ""))

    @display(description=_("segments"))
    def segments_shown(self, policy: Policy) -> str:
        return ", ".join(policy.segments)
