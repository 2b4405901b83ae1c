"""Given gifts: giving one, showing its code once, and what all of it cost and did."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from complaints.admin_theme import ReadOnlyAdmin, display
from complaints.customers.models import Customer
from complaints.customers.personal import scrubbed
from complaints.customers.reader import name_of, reader_of, walls_of
from complaints.row_number import row_number
from feedback.goodwill import report, transitions
from feedback.goodwill.forms import GiveForm
from feedback.goodwill.given import AskedGift, Given, GivenQuerySet
from feedback.goodwill.models import Reason
from feedback.notifications.outbox import shown
from feedback.surveys.wording import masked_customer
from spots.cases.wording import moment

HIDDEN = "•••••••"


class GivenAdmin(ReadOnlyAdmin):
    """What was given, the newest first; only giving writes."""

    change_form_template = "admin/feedback/goodwill/given.html"
    list_before_template = "admin/feedback/goodwill/keys.html"
    list_display = ("given", "gift", "customer_shown", "cost", "reason", "giver", "code_shown")
    list_filter = ("reason", "gift__kind")
    list_select_related = ("gift", "customer", "by", "rule", "code", "shown_by", "message")
    list_per_page = 50
    list_fullwidth = True
    show_full_result_count = False
    ordering = ("-at", "-pk")
    fields = (
        *("given", "gift", "customer_shown", "cost", "reason", "note_shown", "giver"),
        *("code_shown", "told"),
    )
    readonly_fields = fields

    class Media:
        css = {"all": ("feedback/staff.css",)}

    def get_queryset(self, request: HttpRequest) -> GivenQuerySet:
        return cast(GivenQuerySet, super().get_queryset(request)).within(walls_of(request))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("to/<int:customer_id>/", view(self.give_view), name="feedback_given_give"),
            path("report/", view(self.report_view), name="feedback_given_report"),
            path(
                "<int:given_id>/code/",
                view(require_POST(self.code_view)),
                name="feedback_given_code",
            ),
        ]
        return [*own, *super().get_urls()]

    def give_view(self, request: HttpRequest, customer_id: int) -> HttpResponse:
        """:raises Http404: there is no such customer within the reader's walls"""
        if not request.user.has_perm("feedback.give_gift"):
            raise PermissionDenied
        seen = Customer.objects.within(walls_of(request)).not_erased()
        customer = seen.filter(pk=customer_id).first()
        if customer is None:
            raise Http404
        form = GiveForm(request.POST or None, brand_id=customer.brand_id)
        if request.method == "POST" and form.is_valid():
            try:
                row = self._give(request, customer, form)
            except transitions.RefusedError as refusal:
                messages.error(request, str(refusal))
            else:
                if isinstance(row, AskedGift):
                    said = _("It is above your limit: it waits for a second person to confirm it.")
                    messages.info(request, said)
                    return HttpResponseRedirect(reverse("admin:feedback_askedgift_changelist"))
                return HttpResponseRedirect(reverse("admin:feedback_given_change", args=[row.pk]))
        page = {
            **self.admin_site.each_context(request),
            "title": _("Give a gift"),
            "form": form,
            "customer": masked_customer(customer),
            "before": Given.objects.filter(customer=customer)
            .select_related("gift", "by")
            .order_by("-at")[:5],
        }
        return TemplateResponse(request, "admin/feedback/goodwill/give.html", page)

    def _give(self, request: HttpRequest, customer: Customer, form: GiveForm) -> Given | AskedGift:
        said = form.cleaned_data
        return transitions.give(
            key=said["key"],
            gift_id=said["gift"].pk,
            customer_id=customer.pk,
            reason=Reason(said["reason"]),
            note=said["note"],
            followup_id=row_number(request.GET.get("followup", "")),
            by=reader_of(request),
            now=timezone.now(),
        )

    def code_view(self, request: HttpRequest, given_id: int) -> HttpResponse:
        """Show the code, this once: in the answer to the click, which nothing keeps."""
        row = self.get_queryset(request).select_related("gift").filter(pk=given_id).first()
        if row is None or not self.has_view_permission(request):
            raise Http404
        try:
            code = transitions.show_code(
                given_id=given_id, by=reader_of(request), now=timezone.now()
            )
        except transitions.RefusedError as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(reverse("admin:feedback_given_change", args=[given_id]))
        page = {
            **self.admin_site.each_context(request),
            "title": _("Code"),
            "code": code,
            "row": row,
        }
        answer = TemplateResponse(request, "admin/feedback/goodwill/code.html", page)
        answer["Cache-Control"] = "no-store"
        return answer

    def report_view(self, request: HttpRequest) -> HttpResponse:
        if not request.user.has_perm("feedback.view_goodwill"):
            raise PermissionDenied
        page = {
            **self.admin_site.each_context(request),
            "title": _("Gifts: budget and effect"),
            **report.of(walls_of(request), now=timezone.now()),
        }
        return TemplateResponse(request, "admin/feedback/goodwill/report.html", page)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        may_show = request.user.has_perm("feedback.show_code")
        more = {**(extra_context or {}), "may_show": may_show}
        response: HttpResponse = super().change_view(request, object_id, form_url, more)
        return response

    @display(description=gettext_lazy("given at"), ordering="at")
    def given(self, row: Given) -> str:
        return moment(row.at)

    @display(description=gettext_lazy("customer"))
    def customer_shown(self, row: Given) -> SafeString:
        return masked_customer(row.customer)

    @display(description=gettext_lazy("given by"), ordering="by")
    def giver(self, row: Given) -> str:
        return _("rule: %(occasion)s") % {"occasion": row.rule} if row.rule else name_of(row.by)

    @display(description=gettext_lazy("note"))
    def note_shown(self, row: Given) -> str:
        return scrubbed(row.note) or "—"

    @display(description=gettext_lazy("told the customer"))
    def told(self, row: Given) -> SafeString | str:
        """How far the message with the code has come."""
        if row.message is not None:
            return shown.state(row.message)
        if row.code is None:
            return "—"
        return _("no: there is no contact, or no offers are wanted")

    @display(description=gettext_lazy("code"))
    def code_shown(self, row: Given) -> str:
        if row.code is None:
            return "—"
        if row.shown_at is None:
            return HIDDEN
        seen = {"who": name_of(row.shown_by), "at": moment(row.shown_at)}
        return _("%(who)s saw it, %(at)s") % seen
