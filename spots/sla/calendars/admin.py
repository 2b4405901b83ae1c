"""Calendars in the admin: a year is clicked, filled in, and looked at before it is saved."""

from itertools import groupby
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from complaints.admin_theme import HistoryAdmin, display
from complaints.customers.reader import walls_of
from spots.sla.calendars import page
from spots.sla.calendars.form import DAYS, WorkingTimeForm
from spots.sla.calendars.offers import CannotOfferError, offer
from spots.sla.calendars.written import write_spans
from spots.sla.models import WorkingTime


class WorkingTimeAdmin(HistoryAdmin):
    """The fields are the truth; the year shows them, and a script edits them."""

    form = WorkingTimeForm
    change_form_template = "admin/spots/workingtime/change_form.html"
    list_display = ("name", "region", "team", "zone", "week_shown", "used_shown")
    list_filter = ("region", "team")
    list_select_related = ("region", "team")
    search_fields = ("name", "region__name_ru", "region__name_en", "team__name")
    ordering = ("name",)
    fieldsets = (
        (
            None,
            {
                "fields": ("name", "zone", ("region", "team")),
                "description": _(
                    "Region and team say whose calendar this is, so that it is found. Deadlines"
                    " count by the calendar that the SLA policy names, shifts by the one of the"
                    " duty."
                ),
            },
        ),
        (_("Week"), {"fields": DAYS}),
        (_("Other days"), {"fields": ("days_off", "moved_days")}),
    )

    class Media:
        css = {
            "all": (
                "spots/case/case.css",
                "spots/watching/watching.css",
                "spots/calendars/calendars.css",
            )
        }

    def get_queryset(self, request: HttpRequest) -> QuerySet[WorkingTime]:
        rows: QuerySet[WorkingTime] = super().get_queryset(request)
        counted = rows.annotate(
            policies=Count("policy", distinct=True), duties=Count("duty", distinct=True)
        )
        return counted.defer("region__outline")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        rows = db_field.related_model._default_manager.all()
        is_region = db_field.name == "region"
        kwargs["queryset"] = (
            rows.defer("outline").order_by("code") if is_region else rows.order_by("name")
        )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_form(self, request: HttpRequest, obj: Any = None, *rest: Any, **kwargs: Any) -> Any:
        made = super().get_form(request, obj, *rest, **kwargs)
        made.walls = walls_of(request)
        return made

    # Columns

    @display(description=_("week"))
    def week_shown(self, row: WorkingTime) -> str:
        hours = [write_spans(row.week.get(str(weekday), ())) for weekday in range(7)]
        days = [(text, list(days)) for text, days in groupby(range(7), hours.__getitem__)]
        return "; ".join(f"{_days(run)} {text}" for text, run in days if text)

    @display(description=_("used by"))
    def used_shown(self, row: Any) -> str:
        return page.used_by(row.policies, row.duties)

    # Pages

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], **kwargs: Any
    ) -> HttpResponse:
        """Show the year as it is typed, and what saving it would move."""
        form, row = context["adminform"].form, kwargs.get("obj")
        asked = request.POST.get("year") or request.GET.get("year", "")
        more = page.year_context(form.hours, form.instance.names, page.year_asked(asked))
        if form.is_shown_again:
            more |= page.impact_context(form.impact, form.fingerprint)
        if row is not None:
            more |= page.use_context(row)
        shown: HttpResponse = super().render_change_form(request, {**context, **more}, **kwargs)
        return shown

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                f"{name}/",
                self.admin_site.admin_view(require_POST(view)),
                name=f"spots_workingtime_{name}",
            )
            for name, view in (("year", self.year_view), ("offer", self.offer_view))
        ]
        return [*own, *super().get_urls()]

    def year_view(self, request: HttpRequest) -> HttpResponse:
        """A year of the calendar as it is typed; nothing is saved."""
        form, year = self._typed(request)
        context = page.year_context(form.hours, form.instance.names, year)
        return TemplateResponse(request, "admin/spots/workingtime/year.html", context)

    def offer_view(self, request: HttpRequest) -> HttpResponse:
        """Days that could be put into the form, beside what is typed; nothing is saved."""
        form, year = self._typed(request)
        try:
            offered = offer(
                request.POST.get("from", ""),
                year=year,
                hours=form.hours,
                names=form.instance.names,
                file=request.FILES.get("ics"),
            )
        except CannotOfferError as refusal:
            context: dict[str, Any] = {"refusal": str(refusal)}
        else:
            context = page.offer_context(offered)
        context["year"] = year
        status = 400 if "refusal" in context else 200
        return TemplateResponse(
            request, "admin/spots/workingtime/offer.html", context, status=status
        )

    def _typed(self, request: HttpRequest) -> tuple[WorkingTimeForm, int]:
        """:raises PermissionDenied: whoever asks may not edit calendars"""
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        form = WorkingTimeForm(request.POST)
        form.full_clean()
        return form, page.year_asked(request.POST.get("year", ""))


def _days(run: list[int]) -> str:
    first, last = WEEKDAYS_ABBR[run[0]], WEEKDAYS_ABBR[run[-1]]
    return f"{first}" if len(run) == 1 else f"{first}-{last}"
