"""Gifts with their pools of codes, the limits of roles and the budgets of brands."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from complaints.admin_theme import HistoryAdmin, display
from complaints.csv_faults import in_words
from complaints.csv_lines import FaultyLinesError, UnreadableFileError
from complaints.customers.reader import reader_of
from feedback.goodwill import transitions
from feedback.goodwill.codes import codes_of
from feedback.goodwill.forms import GiftRuleForm, LimitForm, PoolForm
from feedback.goodwill.models import Gift, GoodwillLimit, Kind
from feedback.goodwill.wording import FAULTS


class GiftAdmin(HistoryAdmin):
    """What may be given; codes come in by files, all of one or none."""

    change_form_template = "admin/feedback/goodwill/gift.html"
    list_display = ("name_ru", "brand", "kind", "cost", "left", "active")
    list_filter = ("kind", "active")
    list_select_related = ("brand",)
    ordering = ("name_ru",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: Any = super().get_queryset(request)
        found: QuerySet[Any] = rows.with_pool()
        return found

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.fill_view)
        used = self.admin_site.admin_view(self.used_view)
        return [
            path("<int:gift_id>/codes/", view, name="feedback_gift_codes"),
            path("<int:gift_id>/used/", used, name="feedback_gift_used"),
            *super().get_urls(),
        ]

    def _with_codes(self, request: HttpRequest, gift_id: int) -> Gift:
        """:raises Http404: there is no such gift with codes"""
        if not self.has_change_permission(request):
            raise PermissionDenied
        gift: Gift | None = self.get_queryset(request).filter(pk=gift_id, kind=Kind.CODE).first()
        if gift is None:
            raise Http404
        return gift

    def used_view(self, request: HttpRequest, gift_id: int) -> HttpResponse:
        """Set a file of codes that were used against the pool."""
        gift = self._with_codes(request, gift_id)
        form = PoolForm(request.POST or None, request.FILES or None)
        faults: list[str] = []
        if request.method == "POST" and form.is_valid():
            faults = self._took(request, gift, form.cleaned_data["file"], transitions.reconcile)
            if not faults:
                return HttpResponseRedirect(request.path)
        codes = gift.codes.aggregate(
            used_as_given=Count("pk", filter=Q(used=True, taken=True)),
            not_used=Count("pk", filter=Q(used=False, taken=True)),
            stray=Count("pk", filter=Q(used=True, taken=False)),
            free=Count("pk", filter=Q(used=False, taken=False)),
        )
        page = {
            **self.admin_site.each_context(request),
            "title": _("Codes of “%(gift)s”, given and used") % {"gift": gift},
            "form": form,
            "faults": faults,
            "gift": gift,
            "codes": codes,
            "files": gift.reconciliations.select_related("by").order_by("-pk")[:10],
        }
        return TemplateResponse(request, "admin/feedback/goodwill/used.html", page)

    def fill_view(self, request: HttpRequest, gift_id: int) -> HttpResponse:
        gift = self._with_codes(request, gift_id)
        form = PoolForm(request.POST or None, request.FILES or None)
        faults: list[str] = []
        if request.method == "POST" and form.is_valid():
            faults = self._took(request, gift, form.cleaned_data["file"], transitions.fill_pool)
            if not faults:
                return HttpResponseRedirect(reverse("admin:feedback_gift_change", args=[gift_id]))
        page = {
            **self.admin_site.each_context(request),
            "title": _("Codes of “%(gift)s”") % {"gift": gift},
            "form": form,
            "faults": faults,
            "gift": gift,
            "imports": gift.imports.select_related("by").order_by("-pk")[:10],
        }
        return TemplateResponse(request, "admin/feedback/goodwill/codes.html", page)

    def _took(
        self, request: HttpRequest, gift: Gift, file: Any, take: Callable[..., Any]
    ) -> list[str]:
        """Take a file; return what is wrong with it."""
        try:
            codes = codes_of(file.read())
            by, now = reader_of(request), timezone.now()
            take(gift=gift, codes=codes, file_name=file.name, by=by, now=now)
        except (UnreadableFileError, FaultyLinesError) as refusal:
            return in_words(refusal, FAULTS)
        said = ngettext("%(n)d code was taken.", "%(n)d codes were taken.", len(codes))
        messages.success(request, said % {"n": len(codes)})
        return []

    @display(description=gettext_lazy("codes left"))
    def left(self, gift: Gift) -> str:
        if gift.kind != Kind.CODE:
            return "—"
        return _("%(left)d of %(all)d") % {"left": gift.codes_left, "all": gift.codes_in_all}


class GiftRuleAdmin(HistoryAdmin):
    """What is given on which occasion; a sweep gives it."""

    form = GiftRuleForm
    list_display = ("touch_point", "brand", "segment", "gift", "not_again_days", "since", "active")
    list_filter = ("active", "brand")
    list_select_related = ("brand", "gift")
    ordering = ("touch_point", "pk")


class GoodwillLimitAdmin(HistoryAdmin):
    form = LimitForm
    list_display = (
        *("role_shown", "per_customer", "per_giver", "money_per_gift", "money_with_second"),
        "money_per_giver",
    )
    ordering = ("role",)

    @display(description=gettext_lazy("role"), ordering="role")
    def role_shown(self, row: GoodwillLimit) -> str:
        return str(row)


class GoodwillBudgetAdmin(HistoryAdmin):
    list_display = ("brand", "money")
    list_select_related = ("brand",)
    ordering = ("brand__name",)
