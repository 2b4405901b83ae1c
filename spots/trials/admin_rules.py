"""Rules of detection in the admin: edited with history, and tried on history before they count."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from complaints.admin_theme import display
from complaints.customers.reader import walls_of
from spots.cases.wording import number
from spots.trials import starting
from spots.trials.admin_choosing import ChoosingAdmin
from spots.trials.forms import RuleForm
from spots.trials.models import Trial
from spots.watching.models import Watch
from spots.watching.rules import DEFAULT_RULE, DetectionRule, Method, RuleQuerySet

CHANGE = "admin:spots_detectionrule_change"


class DetectionRuleAdmin(ChoosingAdmin):
    """Only the fields of the chosen method are asked; without JavaScript all are shown."""

    form = RuleForm
    change_form_template = "admin/spots/detectionrule/change_form.html"
    list_display = ("order", "name", "about", "method", "sensitivity", "active")
    list_display_links = ("order", "name")
    list_filter = ("active", "method")
    list_select_related = ("brand", "region")
    search_fields = ("name",)
    ordering = ("order",)
    fieldsets = (
        (
            gettext_lazy("For which complaints"),
            {
                "fields": (("name", "order"), "active", ("brand", "region"), "topics"),
                "description": gettext_lazy(
                    "A complaint is judged by the first active rule that fits it, together with"
                    " the other complaints of that rule, and by no other."
                ),
            },
        ),
        (gettext_lazy("Method"), {"fields": ("method",)}),
        (
            gettext_lazy("Sensitivity"),
            {
                "classes": ("rule-surprise",),
                "fields": (
                    ("weeks_per_false_spot", "open_at"),
                    ("minimum_customers", "radii_m"),
                    ("window_h", "live_h"),
                    "survey_weight",
                ),
            },
        ),
        (
            gettext_lazy("Simple rule"),
            {
                "classes": ("rule-dbscan",),
                "fields": (("minimum", "eps_m"), "simple_window_h"),
                "description": gettext_lazy(
                    "N complaints within R metres in D hours open a spot, be it usual there or"
                    " not. Where many people live that is often."
                ),
            },
        ),
    )

    class Media:
        css = {"all": ("spots/watching/watching.css",)}
        js = ("spots/watching/method.js",)

    def get_queryset(self, request: HttpRequest) -> RuleQuerySet:
        rows = cast(RuleQuerySet, super().get_queryset(request)).within(walls_of(request))
        return rows.prefetch_related("topics").defer("region__outline")

    # Columns

    @display(description=gettext_lazy("which complaints"))
    def about(self, rule: DetectionRule) -> str:
        topics = ", ".join(str(topic) for topic in rule.topics.all()) or _("every topic left")
        walls = [str(wall) for wall in (rule.brand, rule.region) if wall is not None]
        return " · ".join([topics, *walls])

    @display(description=gettext_lazy("sensitivity"))
    def sensitivity(self, rule: DetectionRule) -> str:
        if rule.method == Method.SIMPLE:
            return _("%(n)s within %(metres)s m in %(hours)s h") % {
                "n": number(rule.minimum),
                "metres": number(rule.eps_m),
                "hours": number(rule.simple_window_h),
            }
        if rule.weeks_per_false_spot is None:
            return _("from score %(score)s") % {"score": number(rule.open_at)}
        weeks = rule.weeks_per_false_spot
        words = ngettext(
            "a false spot in %(n)s week", "a false spot in %(n)s weeks", max(1, round(weeks))
        )
        return words % {"n": number(weeks)}

    # Pages

    def get_urls(self) -> list[URLPattern]:
        attempt = path(
            "<int:object_id>/try/",
            self.admin_site.admin_view(self.try_view),
            name="spots_detectionrule_try",
        )
        return [attempt, *super().get_urls()]

    def try_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        answer = starting.respond(self, request, str(object_id))
        if answer is None:
            messages.error(request, _("The rule cannot be as it was to be tried: look again."))
            return HttpResponseRedirect(reverse(CHANGE, args=[object_id]))
        return answer

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if "_try" in request.POST and (answer := starting.respond(self, request, object_id)):
            return answer  # else the form says below what is wrong, and nothing is saved
        rule = self.get_object(request, object_id)
        more = {
            "meanings": _meanings(request, rule),
            "trials": _trials(request, rule),
            "show_delete": rule is None or rule.name != DEFAULT_RULE,
            "may_try": rule is not None and request.user.has_perm(starting.PERMISSION),
        }
        shown: HttpResponse = super().change_view(
            request, object_id, form_url, {**more, **(extra_context or {})}
        )
        return shown

    # What may be deleted

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Rules go one by one: each may be in use."""
        actions: dict[str, Any] = super().get_actions(request)
        return {name: act for name, act in actions.items() if name != "delete_selected"}

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        rule = self.get_object(request, object_id)
        refusal = _why_kept(rule) if rule and self.has_delete_permission(request, rule) else ""
        if refusal:
            messages.error(request, refusal)
            return HttpResponseRedirect(reverse(CHANGE, args=[object_id]))
        shown: HttpResponse = super().delete_view(request, object_id, extra_context)
        return shown


def _why_kept(rule: DetectionRule) -> str:
    """Why a rule cannot be deleted; "" if it can."""
    if rule.name == DEFAULT_RULE:
        return _("This rule takes what no other takes: it cannot be deleted.")
    if Watch.objects.filter(rule=rule).exists():
        return _("Spots were found by this rule: it cannot be deleted, only made inactive.")
    if Trial.objects.filter(rule=rule).exists():
        return _("This rule was tried on history: it cannot be deleted, only made inactive.")
    return ""


def _meanings(request: HttpRequest, rule: DetectionRule | None) -> list[Watch]:
    """Where the rule is in force: what its sensitivity means there."""
    watches = Watch.objects.within(walls_of(request)).filter(rule=rule, baseline__isnull=False)
    rows = watches.select_related("brand", "region", "baseline").order_by("brand__name", "region")
    return list(rows.defer("state", "region__outline", "baseline__arrays", "baseline__weekly"))


def _trials(request: HttpRequest, rule: DetectionRule | None) -> list[Trial]:
    rows = Trial.objects.within(walls_of(request)).filter(rule=rule)
    if not request.user.has_perm("spots.view_trial"):
        return []
    newest = rows.select_related("brand", "region", "by").order_by("-made_at", "-pk")
    return list(newest.without_results()[:5])
