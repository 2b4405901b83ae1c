"""The queue of spots, and the page of one: everything is read, and only moves write."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import Media
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.admin_theme import display
from complaints.customers.reader import walls_of
from spots.cases.models import Case, CaseQuerySet, Kind
from spots.cases.page import diagram
from spots.cases.page.admin import CasePageAdmin
from spots.cases.queue import columns, filters
from spots.cases.queue.admin import QueueAdmin
from spots.cases.queue.asking import found
from spots.cases.regroup.pages import RegroupedAdmin
from spots.cases.states import Permission


class CaseAdmin(QueueAdmin, CasePageAdmin):
    """A queue of cases of one kind, and the page of each."""

    list_display: tuple[str, ...] = (
        "priority_shown",
        "place_shown",
        "topic_shown",
        "state_shown",
        "customers",
        "complaints",
        "owner",
        "cause",
        "promised",
        "next_due",
        "opened",
        "region",
        "brand",
    )
    always: tuple[str, ...] = ("priority_shown", "place_shown", "state_shown")
    usual: tuple[str, ...] = ("topic_shown", "customers", "owner", "promised", "next_due", "opened")
    list_display_links = ("priority_shown", "place_shown")
    list_filter = (
        filters.StateFilter,
        filters.MineFilter,
        filters.BandFilter,
        filters.TeamFilter,
        filters.TopicFilter,
        filters.RegionFilter,
    )
    list_select_related = ("topic", "team", "engineer", "cause", "region", "brand")
    list_before_template = "admin/spots/spot/queues.html"
    list_per_page = 50
    list_fullwidth = True
    show_full_result_count = False
    ordering = ("-priority", "id")
    search_fields = ("place",)
    search_help_text = gettext_lazy("Place or number")

    class Media:
        css = {"all": ("spots/queue/queue.css",)}

    # What may be seen

    def get_queryset(self, request: HttpRequest) -> CaseQuerySet:
        return super().get_queryset(request).defer("outline", "evidence", "region__outline")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find by a part of the place, or by the number with or without its sign."""
        return queryset.filter(found(search_term)), False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # spots are found, not typed

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # moves change it

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_dispatch_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(Permission.DISPATCH)

    # Columns

    @display(description=gettext_lazy("priority"), ordering="-priority")
    def priority_shown(self, case: Case) -> SafeString:
        return columns.priority(case) + columns.row(case)

    @display(description=gettext_lazy("place"), ordering="place")
    def place_shown(self, case: Case) -> SafeString:
        return columns.place(case)

    @display(description=gettext_lazy("topic"), ordering="topic")
    def topic_shown(self, case: Case) -> str:
        return str(case.topic or _("several topics"))

    @display(description=gettext_lazy("state"), ordering="state")
    def state_shown(self, case: Case) -> SafeString:
        return columns.state(case)

    @display(description=gettext_lazy("team"), ordering="team__name")
    def owner(self, case: Case) -> SafeString:
        return columns.owner(case)

    @display(description=gettext_lazy("promised by"), ordering="eta_at")
    def promised(self, case: Case) -> SafeString:
        return columns.promised(case)

    @display(description=gettext_lazy("time left"), ordering="next_due_at")
    def next_due(self, case: Case) -> SafeString:
        return columns.next_due(case)

    @display(description=gettext_lazy("opened"), ordering="opened_at")
    def opened(self, case: Case) -> SafeString:
        return columns.opened(case)

    # Pages: the list, the spot, its moves; there is no other way in

    def get_urls(self) -> list[URLPattern]:
        view, name = self.admin_site.admin_view, self.opts.model_name
        return [
            path("", view(self.changelist_view), name=f"spots_{name}_changelist"),
            *self.queue_urls(),
            *self.page_urls(),
        ]


class SpotAdmin(CaseAdmin, RegroupedAdmin):
    """The queue and the spot page; and the life of every case."""

    def get_urls(self) -> list[URLPattern]:
        life = path("life/", self.admin_site.admin_view(self.life_view), name="spots_spot_life")
        return [life, *self.regroup_urls(), *super().get_urls()]

    def page_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """A case of another kind has a page of its own: the number alone tells not which."""
        try:
            return super().page_view(request, object_id)
        except Http404:
            seen = Case.objects.within(walls_of(request))
            get_object_or_404(seen, pk=object_id, kind=Kind.SINGLE)
        return HttpResponseRedirect(reverse("admin:spots_singlecase_change", args=[object_id]))

    def life_view(self, request: HttpRequest) -> HttpResponse:
        """The life of a case, drawn from the table of moves."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "title": _("Life of a case"),
            "media": self.media + Media(css={"all": ("spots/case/life.css",)}),
            "picture": SafeString(diagram.picture()),  # what it says is escaped there
            "lines": diagram.lines(),
        }
        return TemplateResponse(request, "admin/spots/spot/life.html", context)
