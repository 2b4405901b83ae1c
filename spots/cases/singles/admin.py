"""The queue of single cases, the page of one, and the way from a complaint to one."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from complaints.admin_theme import action, display
from complaints.customers.handed_out import of_customers
from complaints.customers.reader import reader_of, walls_of
from complaints.intake.models import Complaint
from spots.cases import transitions
from spots.cases.admin import CaseAdmin
from spots.cases.models import Case, CaseQuerySet, Kind
from spots.cases.page import panels as parts
from spots.cases.singles import columns
from spots.cases.singles import panels as own
from spots.cases.singles.forms import AnswerForm, ChosenForm
from spots.cases.transitions import IllegalMoveError


class SingleCaseAdmin(CaseAdmin):
    """Complaints handled by themselves: as spots are, with the customer beside."""

    kind = Kind.SINGLE
    panels: tuple[parts.Panel, ...] = (parts.where, parts.voices, parts.network)
    list_display = (
        *("priority_shown", "place_shown", "topic_shown", "state_shown"),
        *("customer", "said", "owner", "next_due", "promised", "opened"),
    )
    usual = ()
    actions = ("make_spot_of_chosen",)

    def get_queryset(self, request: HttpRequest) -> CaseQuerySet:
        return super().get_queryset(request).prefetch_related(columns.PRESENT)

    @display(description=gettext_lazy("customer"))
    def customer(self, case: Case) -> SafeString:
        return columns.customer(case)

    @display(description=gettext_lazy("text"))
    def said(self, case: Case) -> str:
        return columns.text(case)

    def shown(self, request: HttpRequest, case: Case, **more: Any) -> TemplateResponse:
        """The page says whose complaint it is, and where exactly: that is a look at somebody."""
        page = super().shown(request, case, **more)
        member = case.memberships.current().select_related("complaint").first()
        customer = member.complaint.customer_id if member else None
        if customer is None:
            return page
        return of_customers(page, whose=f"customer {customer}", what="single case")

    def get_urls(self) -> list[URLPattern]:
        return [
            self._posted("open/<int:complaint_id>/", self.open_view, "open"),
            self._posted("<int:object_id>/answer/", self.answer_view, "answer"),
            self._posted("<int:object_id>/join/<int:spot_id>/", self.join_view, "join"),
            self._posted("<int:object_id>/spot/", self.make_spot_view, "make_spot"),
            *super().get_urls(),
        ]

    def _posted(self, address: str, view: Callable[..., HttpResponseBase], name: str) -> URLPattern:
        guarded: Callable[..., HttpResponseBase] = self.admin_site.admin_view(require_POST(view))
        made: URLPattern = path(address, guarded, name=f"spots_singlecase_{name}")
        return made

    def open_view(self, request: HttpRequest, complaint_id: int) -> HttpResponse:
        """Handle a complaint by itself."""
        seen = Complaint.objects.within(walls_of(request)).filter(pk=complaint_id)
        if not self.has_view_permission(request) or not seen.exists():
            raise Http404
        back = reverse("admin:complaints_complaint_change", args=[complaint_id])
        try:
            case = transitions.open_single(
                complaint_id=complaint_id, by=reader_of(request), now=timezone.now()
            )
        except IllegalMoveError as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(back)
        return HttpResponseRedirect(self.address_of(case))

    def answer_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Write the answer down; one that is refused comes back with its text."""
        case = self.found(request, object_id)
        form = AnswerForm(request.POST)
        if not form.is_valid():
            return self.shown(request, case, status=400)
        try:
            transitions.answer(
                case_id=case.pk, by=reader_of(request), now=timezone.now(), **form.cleaned_data
            )
        except IllegalMoveError as refusal:
            messages.error(request, str(refusal))
            return self.shown(request, case, status=409)
        return HttpResponseRedirect(f"{self.address_of(case)}#events")

    def join_view(self, request: HttpRequest, object_id: int, spot_id: int) -> HttpResponse:
        """Let a single case live on in a spot near by."""
        case = self.found(request, object_id)
        if not Case.objects.within(walls_of(request)).spots().filter(pk=spot_id).exists():
            raise Http404
        try:
            transitions.join(
                case_id=case.pk, spot_id=spot_id, by=reader_of(request), now=timezone.now()
            )
        except IllegalMoveError as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(self.address_of(case))
        return HttpResponseRedirect(reverse("admin:spots_spot_change", args=[spot_id]))

    def make_spot_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Make a spot of a single case and of others near by."""
        case = self.found(request, object_id)
        others = own.near(case, walls=walls_of(request), kind=Kind.SINGLE)
        form = ChosenForm(request.POST, numbers=[other.pk for other in others])
        if not form.is_valid():
            messages.error(request, _("Choose other single cases that belong together with it."))
            return HttpResponseRedirect(self.address_of(case))
        return self._made(request, [case.pk, *form.cleaned_data["cases"]], self.address_of(case))

    @action(description=gettext_lazy("Make a spot of these"), permissions=["dispatch"])
    def make_spot_of_chosen(self, request: HttpRequest, chosen: QuerySet[Any]) -> HttpResponse:
        numbers = list(chosen.values_list("pk", flat=True))
        return self._made(request, numbers, reverse("admin:spots_singlecase_changelist"))

    def _made(self, request: HttpRequest, numbers: list[int], back: str) -> HttpResponse:
        try:
            spot = transitions.make_spot(
                case_ids=numbers, by=reader_of(request), now=timezone.now()
            )
        except IllegalMoveError as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(back)
        return HttpResponseRedirect(reverse("admin:spots_spot_change", args=[spot.pk]))
