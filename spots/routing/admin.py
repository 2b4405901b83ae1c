"""Teams, and who of them works when: edited here, with history."""

from datetime import datetime
from typing import Any, cast

from django import forms
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.admin_theme import HistoryAdmin, display
from complaints.customers.reader import name_of, walls_of
from spots.routing import transitions
from spots.routing.forms import AbsenceForm, DutyForm, TeamForm
from spots.routing.models import Absence, Duty, OfStaffQuerySet, Team
from spots.routing.staff import is_on_duty


class TeamAdmin(HistoryAdmin):
    form = TeamForm
    list_display = ("name", "code", "people", "lead_shown", "strategy", "catch_all", "archived")
    list_filter = ("archived",)
    search_fields = ("name", "code")
    ordering = ("archived", "name")
    autocomplete_fields = ("members", "lead")

    class Media:
        css = {"all": ("spots/routing/routing.css",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        active = Count("members", filter=Q(members__is_active=True), distinct=True)
        counted: QuerySet[Any] = rows.select_related("lead").annotate(people_count=active)
        return counted

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The team for what no rule matches is handed over first."""
        may: bool = super().has_delete_permission(request, obj)
        return may and not (isinstance(obj, Team) and obj.catch_all)

    @display(description=gettext_lazy("members"), ordering="people_count")
    def people(self, team: Any) -> SafeString | str:
        if team.people_count:
            return str(team.people_count)
        return format_html('<span class="routing-bad">{}</span>', _("nobody"))

    @display(description=gettext_lazy("lead"), ordering="lead__last_name")
    def lead_shown(self, team: Team) -> str:
        return name_of(team.lead) or "—"

    def save_model(self, request: HttpRequest, obj: Team, form: Any, change: Any) -> None:
        if obj.catch_all:
            transitions.hand_over_catch_all(to=obj)
        super().save_model(request, obj, form, change)

    def saved(self) -> None:
        """Rules that this has broken say so at once, and not after the next sweep."""
        transitions.switch_off_broken(now=timezone.now())


class _OfStaffAdmin(HistoryAdmin):
    """Rows about people of the reader's brands and regions."""

    class Media:
        css = {"all": ("spots/routing/routing.css",)}

    def get_queryset(self, request: HttpRequest) -> OfStaffQuerySet:
        rows = cast(OfStaffQuerySet, super().get_queryset(request))
        return rows.within(walls_of(request)).select_related("user")

    def get_form(
        self, request: HttpRequest, obj: Any = None, *rest: Any, **kwargs: Any
    ) -> type[forms.ModelForm[Any]]:
        made: Any = super().get_form(request, obj, *rest, **kwargs)
        made.walls = walls_of(request)
        return cast("type[forms.ModelForm[Any]]", made)

    @display(description=gettext_lazy("who"), ordering="user__last_name")
    def who(self, row: Any) -> str:
        return name_of(row.user)


class DutyAdmin(_OfStaffAdmin):
    form = DutyForm
    list_display = ("who", "shifts", "knows", "now_shown")
    ordering = ("user__last_name", "pk")

    def get_queryset(self, request: HttpRequest) -> OfStaffQuerySet:
        rows = super().get_queryset(request)
        return rows.select_related("user", "working_time").prefetch_related("topics")

    @display(description=gettext_lazy("shifts"), ordering="working_time__name")
    def shifts(self, duty: Duty) -> str:
        return str(duty.working_time or _("always"))

    @display(description=gettext_lazy("knows"))
    def knows(self, duty: Duty) -> str:
        known = [*duty.technologies, *(str(topic) for topic in duty.topics.all())]
        return ", ".join(known) or _("everything")

    @display(description=gettext_lazy("on duty now"), boolean=True)
    def now_shown(self, duty: Duty) -> bool:
        return is_on_duty(duty, now=timezone.now())


class AbsenceAdmin(_OfStaffAdmin):
    form = AbsenceForm
    list_display = ("who", "since", "until", "stands_in", "now_shown")
    ordering = ("-until", "pk")
    date_hierarchy = "since"

    def get_queryset(self, request: HttpRequest) -> OfStaffQuerySet:
        return super().get_queryset(request).select_related("user", "deputy")

    @display(description=gettext_lazy("deputy"))
    def stands_in(self, absence: Absence) -> str:
        deputy = absence.deputy
        return name_of(deputy) or "—"

    @display(description=gettext_lazy("away now"), boolean=True)
    def now_shown(self, absence: Absence) -> bool:
        now: datetime = timezone.now()
        return absence.since <= now < absence.until
