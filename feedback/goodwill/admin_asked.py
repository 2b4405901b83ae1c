"""Gifts above somebody's limit: a second person confirms or declines each."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from complaints.admin_theme import ReadOnlyAdmin, display
from complaints.customers.personal import scrubbed
from complaints.customers.reader import name_of, reader_of, walls_of
from complaints.row_number import row_number
from feedback.goodwill import transitions
from feedback.goodwill.given import AskedGift, AskedGiftQuerySet
from feedback.surveys.wording import masked_customer
from spots.cases.wording import moment


class AskedGiftAdmin(ReadOnlyAdmin):
    """What waits is first; only a decision writes."""

    change_form_template = "admin/feedback/goodwill/asked.html"
    list_display = ("asked", "gift", "cost", "customer_shown", "reason", "asker", "state")
    list_filter = ("state",)
    list_select_related = ("gift", "customer", "by", "decided_by")
    list_per_page = 50
    show_full_result_count = False
    ordering = ("-state", "-at")  # "waiting" is the last of the alphabet
    fields = (
        *("asked", "gift", "cost", "customer_shown", "reason", "note_shown", "asker"),
        *("state", "decided"),
    )
    readonly_fields = fields

    class Media:
        css = {"all": ("feedback/staff.css",)}

    def get_queryset(self, request: HttpRequest) -> AskedGiftQuerySet:
        return cast(AskedGiftQuerySet, super().get_queryset(request)).within(walls_of(request))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.decide_view))
        own = path("<int:asked_id>/decide/", view, name="feedback_askedgift_decide")
        return [own, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        waits = row is not None and type(row).objects.waiting(timezone.now()).filter(pk=row.pk)
        may = request.user.has_perm("feedback.confirm_gift")
        extra = {"may_decide": may and bool(waits) and row.by_id != request.user.pk}
        response: HttpResponse = super().change_view(
            request, object_id, form_url, {**(extra_context or {}), **extra}
        )
        return response

    def decide_view(self, request: HttpRequest, asked_id: int) -> HttpResponse:
        """:raises Http404: there is no such gift within the reader's walls"""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not self.get_queryset(request).filter(pk=asked_id).exists():
            raise Http404
        by, now = reader_of(request), timezone.now()
        try:
            if "confirm" in request.POST:
                seen = row_number(request.POST.get("seen", ""))
                transitions.confirm(asked_id=asked_id, seen=seen, by=by, now=now)
                messages.success(request, _("It was given."))
            else:
                transitions.decline(asked_id=asked_id, by=by, now=now)
                messages.success(request, _("It was declined."))
        except transitions.RefusedError as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("admin:feedback_askedgift_changelist"))

    @display(description=pgettext_lazy("gift", "asked at"), ordering="at")
    def asked(self, row: AskedGift) -> str:
        return moment(row.at)

    @display(description=gettext_lazy("customer"))
    def customer_shown(self, row: AskedGift) -> SafeString:
        return masked_customer(row.customer)

    @display(description=gettext_lazy("cost, roubles"))
    def cost(self, row: AskedGift) -> str:
        return f"{row.gift.cost.normalize():f}"

    @display(description=pgettext_lazy("gift", "asked by"))
    def asker(self, row: AskedGift) -> str:
        return name_of(row.by)

    @display(description=gettext_lazy("note"))
    def note_shown(self, row: AskedGift) -> str:
        return scrubbed(row.note) or "—"

    @display(description=gettext_lazy("decided"))
    def decided(self, row: AskedGift) -> str:
        if row.decided_by is None or row.decided_at is None:
            return "—"
        return f"{name_of(row.decided_by)}, {moment(row.decided_at)}"
