"""Places where spots return, in the admin: ranked, on the map, decided about, and as files."""

from copy import copy
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.admin import RelatedOnlyFieldListFilter
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, re_path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from complaints.admin_theme import ReadOnlyAdmin, action, display
from complaints.customers.reader import reader_of, walls_of
from heatmaps_project.supervision.planning import page, transitions
from heatmaps_project.supervision.planning.choosing import ViewFilter
from heatmaps_project.supervision.planning.files import answered
from heatmaps_project.supervision.planning.models import Proposal, ProposalQuerySet
from heatmaps_project.supervision.planning.scenario_page import scenario_page
from heatmaps_project.supervision.planning.states import BY_HAND, Kind

NAME = "heatmaps_project_proposal"


class DecisionForm(forms.Form):
    """What is decided about a place, or linked to it."""

    note = forms.CharField(max_length=2000, required=False)
    event = forms.IntegerField(required=False)


class ProposalAdmin(ReadOnlyAdmin):
    """A sweep finds and measures places; people decide about them."""

    change_list_template = "admin/planning/change_list.html"
    change_form_template = "admin/planning/change_form.html"
    list_before_template = "admin/planning/before.html"
    list_display = (
        *("named", "worth_shown", "spots_shown", "affected", "complaints_shown"),
        *("band_shown", "state", "site"),
    )
    list_filter = (
        ViewFilter,
        ("brand", RelatedOnlyFieldListFilter),
        ("region", RelatedOnlyFieldListFilter),
    )
    list_select_related = ("site", "brand", "region")
    list_per_page = 50
    list_fullwidth = True
    show_full_result_count = False
    ordering = ("-worth", "id")
    search_fields = ("place", "=site__code")
    search_help_text = gettext_lazy("Place, or code of the site")
    actions = ("meets",)
    fields = ("state", "where", "measured_at", "counted", "why")
    readonly_fields = fields

    class Media:
        css = {"all": ("spots/queue/queue.css", "heatmaps_project/planning.css")}

    def get_queryset(self, request: HttpRequest) -> ProposalQuerySet:
        rows = cast(ProposalQuerySet, super().get_queryset(request)).within(walls_of(request))
        match = request.resolver_match
        of_list = match is not None and match.url_name == f"{NAME}_changelist"
        return rows.defer("outline", "factors") if of_list else rows

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("scenario/", view(require_safe(self.scenario_view)), name=f"{NAME}_scenario"),
            re_path(
                r"^places\.(?P<form>geojson|csv|gpkg)$",
                view(require_safe(self.file_view)),
                name=f"{NAME}_file",
            ),
            path(
                "<int:object_id>/<slug:kind>/now/",
                view(require_POST(self.decide_view)),
                name=f"{NAME}_decide",
            ),
        ]
        return [*own, *super().get_urls()]

    # What a list shows of a place

    @display(description=gettext_lazy("place"))
    def named(self, row: Proposal) -> str:
        return str(row)

    @display(description=gettext_lazy("worth"), ordering="worth")
    def worth_shown(self, row: Proposal) -> str:
        return page.rounded(row.worth)

    @display(description=gettext_lazy("spots, came back"), ordering="spots")
    def spots_shown(self, row: Proposal) -> str:
        return f"{row.spots} / {row.came_back}"

    @display(description=gettext_lazy("complaints, share"), ordering="complaints")
    def complaints_shown(self, row: Proposal) -> str:
        return f"{row.complaints} · {page.rounded(100 * row.share, 1)} %"

    @display(description=gettext_lazy("priority"), ordering="band")
    def band_shown(self, row: Proposal) -> str:
        return f"P{row.band}"

    @display(description=gettext_lazy("place"))
    def where(self, row: Proposal) -> str:
        # Not the fields themselves: they would be links to settings that planners may not open.
        return " · ".join(str(part) for part in (row.brand, row.region, row.site) if part)

    @display(description=gettext_lazy("What was counted"))
    def counted(self, row: Proposal) -> str:
        return page.counted(row)

    @display(description=gettext_lazy("Why it stands where it stands"))
    def why(self, row: Proposal) -> str:
        return page.why(row)

    @action(description=gettext_lazy("What would mending these meet?"))
    def meets(self, request: HttpRequest, chosen: QuerySet[Any]) -> HttpResponse:
        numbers = ",".join(str(pk) for pk in chosen.values_list("pk", flat=True)[:200])
        address = reverse(f"admin:{NAME}_scenario")
        return HttpResponseRedirect(f"{address}?view=all&chosen={numbers}")

    # Pages

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        more = page.context_of(request, row) if row else {}
        response: HttpResponse = super().change_view(request, object_id, form_url, more)
        return response

    def file_view(self, request: HttpRequest, form: str) -> HttpResponseBase:
        """The places that a list with the same address shows, as a file."""
        rows = self._listed(request)
        name = f"places-{timezone.localtime():%Y-%m-%d-%H%M}"
        return answered(rows, form, name=name)

    def scenario_view(self, request: HttpRequest) -> HttpResponse:
        """What mending the first places of a list would meet, or those that were chosen."""
        request.current_app = self.admin_site.name
        rows = self._listed(request, own=("first", "chosen"))
        context = {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media}
        return scenario_page(request, rows, context)

    def decide_view(self, request: HttpRequest, object_id: int, kind: str) -> HttpResponse:
        """:raises Http404: there is no such place for this reader, or nothing like it to decide"""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not self.get_queryset(request).filter(pk=object_id).exists():
            raise Http404
        form = DecisionForm(request.POST)
        if kind not in (*BY_HAND, Kind.LINK, Kind.UNLINK) or not form.is_valid():
            raise Http404
        said: dict[str, Any] = {"proposal_id": object_id, "by": reader_of(request)}
        said["now"] = timezone.now()
        try:
            _decide(Kind(kind), said, form.cleaned_data)
        except transitions.RefusedError as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse(f"admin:{NAME}_change", args=[object_id]))

    def _listed(self, request: HttpRequest, *, own: tuple[str, ...] = ()) -> ProposalQuerySet:
        """
        Return the rows that the list shows for the same address; `own` the list does not know.

        :raises PermissionDenied: the reader may not see places
        """
        if not self.has_view_permission(request):
            raise PermissionDenied
        asked = request.GET.copy()
        for name in own:
            asked.pop(name, None)
        same: Any = copy(request)
        same.GET = asked
        rows = self.get_changelist_instance(same).get_queryset(same)
        return cast(ProposalQuerySet, rows)


def _decide(kind: Kind, said: dict[str, Any], sent: dict[str, Any]) -> None:
    if kind == Kind.LINK:
        transitions.link(event_id=sent["event"] or 0, **said)
    elif kind == Kind.UNLINK:
        transitions.unlink(event_id=sent["event"] or 0, **said)
    else:
        transitions.move(kind=kind, note=sent["note"], **said)
