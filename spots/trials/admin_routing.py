"""Routing rules in the admin: edited with history, and tried on a month before they count."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from complaints.admin_theme import display
from complaints.customers.reader import walls_of
from complaints.geocoding.models import Region
from spots.cases.models import Kind
from spots.cases.queue.unrouted import alarms
from spots.cases.wording import moment
from spots.network.widgets import ShapeWidget
from spots.routing.models import RoutingRule, RoutingRuleQuerySet, Team
from spots.routing.wording import rule_in_words
from spots.trials.admin_choosing import ChoosingAdmin
from spots.trials.admin_trying import TryingAdmin
from spots.trials.forms_routing import RoutingRuleForm
from spots.trials.routing import DAYS, attempt
from spots.trials.routing_page import context_of


class RoutingRuleAdmin(TryingAdmin, ChoosingAdmin):
    form = RoutingRuleForm
    try_days, tried_as = DAYS, "rule"
    change_form_template = "admin/spots/routingrule/change_form.html"
    list_before_template = "admin/spots/spot/alarms.html"
    list_display = ("order", "about", "team", "active", "state_shown")
    list_display_links = ("order", "about")
    ordering = ("order",)
    list_filter = ("active", "team")
    readonly_fields = ("fault_shown",)
    fieldsets = (
        (
            None,
            {
                "fields": ("fault_shown", ("order", "team"), "active"),
                "description": gettext_lazy(
                    "Rules are asked in order, and the first that matches decides. What is left"
                    " empty matches everything."
                ),
            },
        ),
        (gettext_lazy("Where"), {"fields": (("brand", "region"), "area")}),
        (
            gettext_lazy("What"),
            {
                "fields": (
                    "kind",
                    "technologies",
                    "topics",
                    "topics_share",
                    "causes",
                ),
            },
        ),
        (gettext_lazy("Whom"), {"fields": ("segments", "segments_share")}),
        (gettext_lazy("How hard"), {"fields": ("complex_only",)}),
        (
            gettext_lazy("When it opened"),
            {
                "fields": ("weekdays", ("hours_from", "hours_until")),
                "description": gettext_lazy(
                    "On the clock of the case's region. Hours may pass midnight: from 22:00 until"
                    " 06:00 is one night, and belongs to the day on which it began."
                ),
            },
        ),
    )

    class Media:
        css = {
            "all": (
                "spots/case/case.css",
                "spots/watching/watching.css",
                "spots/routing/routing.css",
            )
        }

    def get_queryset(self, request: HttpRequest) -> RoutingRuleQuerySet:
        rows = cast(RoutingRuleQuerySet, super().get_queryset(request))
        rows = rows.select_related("brand", "region", "team").defer("region__outline")
        return rows.prefetch_related("topics", "causes")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "team":
            kwargs["queryset"] = Team.objects.in_use().order_by("name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_form(self, request: HttpRequest, obj: Any = None, *rest: Any, **kwargs: Any) -> Any:
        made = super().get_form(request, obj, *rest, **kwargs)
        extent = Region.objects.within(walls_of(request)).extent()
        made.base_fields["area"].widget = ShapeWidget(
            attrs={"extent": extent, "geom_type": "MULTIPOLYGON"}
        )
        return made

    # Columns

    @display(description=gettext_lazy("which cases"))
    def about(self, rule: RoutingRule) -> str:
        return " · ".join(rule_in_words(rule, dict(Kind.choices)))

    @display(description=gettext_lazy("state"), ordering="fault")
    def state_shown(self, rule: RoutingRule) -> SafeString | str:
        if not rule.fault:
            return _("asked") if rule.active else _("switched off")
        badge = '<span class="routing-bad">{}: {}</span>'
        return format_html(badge, _("broken"), rule.get_fault_display())

    @display(description=gettext_lazy("state"))
    def fault_shown(self, rule: RoutingRule) -> SafeString | str:
        if not rule.fault or rule.fault_at is None:
            return self.state_shown(rule) if rule.pk else _("new")
        words = _("Switched itself off on %(at)s: %(fault)s. Mend it, then make it active again.")
        said = words % {"at": moment(rule.fault_at), "fault": rule.get_fault_display()}
        return format_html('<strong class="routing-bad">{}</strong>', said)

    # Pages

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        more = {"alarms": alarms(request), **(extra_context or {})}
        shown: HttpResponse = super().changelist_view(request, more)
        return shown

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.try_view))
        return [path("try/", view, name="spots_routingrule_try"), *super().get_urls()]

    def try_view(self, request: HttpRequest) -> HttpResponse:
        """What the rule, as it is typed, would have done; nothing is saved."""
        form = self.typed(request)
        result = None
        if form.is_valid():
            active = form.cleaned_data["active"]
            walls, now = walls_of(request), timezone.now()
            result = attempt(form.as_rule(), active=active, walls=walls, now=now)
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "title": _("Tried on the last %(days)d days") % {"days": DAYS},
            "opts": self.opts,
            "media": self.media,
            "form": form,
            **(context_of(result) if result else {}),
        }
        status = 200 if result else 400
        return TemplateResponse(
            request, "admin/spots/routingrule/tried.html", context, status=status
        )
