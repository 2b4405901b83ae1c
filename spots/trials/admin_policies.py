"""SLA policies in the admin: edited with history, and tried on a month before they count."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from complaints.admin_theme import display
from complaints.customers.reader import walls_of
from complaints.geocoding.models import Region
from spots.cases.forms_policies import PolicyForm
from spots.network.widgets import ShapeWidget
from spots.sla.admin import OPEN_PROMISES_FOLLOW
from spots.sla.in_force import in_force, policies_in_force
from spots.sla.models import Policy, PolicyQuerySet
from spots.trials import transitions_policies as transitions
from spots.trials.admin_trying import TryingAdmin
from spots.trials.policies import DAYS, attempt, exchanged, with_policy
from spots.trials.policies_page import context_of
from spots.trials.policies_wording import asked_for, promised
from spots.trials.transitions_policies import OrderRefusedError

LIST = "admin:spots_policy_changelist"


class PolicyAdmin(TryingAdmin):
    form = PolicyForm
    try_days, tried_as = DAYS, "policy"
    change_form_template = "admin/spots/policy/change_form.html"
    list_display = ("order", "moves", "name", "asked_for", "promised", "working_time")
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
        css = {
            "all": (
                *("spots/case/case.css", "spots/watching/watching.css"),
                *("spots/routing/routing.css", "spots/sla/policy.css"),
            )
        }

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

    @display(description=_("For which cases"))
    def asked_for(self, policy: Policy) -> str:
        return asked_for(policy)

    @display(description=_("What is promised"))
    def promised(self, policy: Policy) -> SafeString:
        return format_html_join("", "<div>{}: {}</div>", promised(policy))

    @display(description=_("earlier, later"))
    def moves(self, policy: Policy) -> SafeString:
        ways = (("up", gettext("Ask it earlier"), "↑"), ("down", gettext("Ask it later"), "↓"))
        links = (
            (reverse("admin:spots_policy_move", args=[policy.pk, way]), words, words, arrow)
            for way, words, arrow in ways
        )
        one = '<a class="policy-way" href="{}" title="{}" aria-label="{}">{}</a>'
        return format_html_join(" ", one, links)

    # Pages

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("try/", view(require_POST(self.try_view)), name="spots_policy_try"),
            path(
                "<int:object_id>/move/<slug:way>/", view(self.move_view), name="spots_policy_move"
            ),
        ]
        return [*own, *super().get_urls()]

    def try_view(self, request: HttpRequest) -> HttpResponse:
        """What the policy, as it is typed, would have promised; nothing is saved."""
        form = self.typed(request)
        found = {}
        if form.is_valid():
            present, typed = policies_in_force(), in_force(form.instance)
            changed = with_policy(present, typed, order=form.cleaned_data["order"])
            walls, now = walls_of(request), timezone.now()
            found = context_of(attempt(present, changed, edited=typed, walls=walls, now=now))
        title = gettext("Tried on the last %(days)d days") % {"days": DAYS}
        context = {**self._context(request, title), "form": form, **found}
        template = "admin/spots/policy/tried.html"
        return TemplateResponse(request, template, context, status=200 if found else 400)

    def move_view(self, request: HttpRequest, object_id: int, way: str) -> HttpResponse:
        """Show what asking it before or after its neighbour would change; a POST does it."""
        policy = get_object_or_404(self.get_queryset(request), pk=object_id)
        if way not in ("up", "down"):
            raise Http404
        if not self.has_change_permission(request, policy):
            raise PermissionDenied
        earlier = way == "up"
        try:
            if request.method == "POST":
                other = transitions.exchange(policy, earlier=earlier)
                done = gettext("“%(policy)s” and “%(other)s” have changed places.")
                messages.success(request, done % {"policy": policy, "other": other})
                return HttpResponseRedirect(reverse(LIST))
            other = transitions.neighbour(policy, earlier=earlier)
        except OrderRefusedError as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(reverse(LIST))
        present = policies_in_force()
        changed = exchanged(present, policy.pk, other.pk)
        result = attempt(present, changed, walls=walls_of(request), now=timezone.now())
        words = gettext("Ask “%(policy)s” earlier")
        if not earlier:
            words = gettext("Ask “%(policy)s” later")
        context = {
            **self._context(request, words % {"policy": policy}),
            "policy": policy,
            "other": other,
            "earlier": earlier,
            "try_days": DAYS,
            **context_of(result),
        }
        return TemplateResponse(request, "admin/spots/policy/move.html", context)

    def _context(self, request: HttpRequest, title: str) -> dict[str, Any]:
        request.current_app = self.admin_site.name
        more = {"title": title, "opts": self.opts, "media": self.media}
        return {**self.admin_site.each_context(request), **more}
