"""Machines that use the API: made, given new secrets, and watched."""

from datetime import timedelta
from typing import Any, Final

from django.contrib import messages
from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.admin_theme import LastRows, ModelAdmin, action, display
from heatmaps_project.accounts import transitions
from heatmaps_project.accounts.calls.models import CallCount
from heatmaps_project.accounts.forms import ApiClientForm
from heatmaps_project.accounts.models import ApiClient
from heatmaps_project.api_settings import SCOPES_OF_MOVES

OVERLAP: Final = timedelta(days=1)  # that an old secret works beside the new one


class LastCalls(LastRows):
    """What was called last, counted by day: no bodies, nothing of anybody."""

    model = CallCount
    fk_name = "client"
    ordering = ("-last_at", "pk")
    last = 30  # kinds of calls
    verbose_name_plural = gettext_lazy("last calls, counted by day")
    fields = ("last_at", "method", "route", "status", "times")
    readonly_fields = fields

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("heatmaps_project.view_apiclient")


class ApiClientAdmin(ModelAdmin):
    """Machines that use the API. A secret is shown once, when it is made."""

    form = ApiClientForm
    list_display = ("name", "source", "scopes", "last_call", "refused_today", "expires_at")
    search_fields = ("name", "source")
    ordering = ("name",)
    readonly_fields = ("client_id", "created", "old_secret_until", "last_call")
    inlines = (LastCalls,)
    actions = ("rotate_secret", "replace_secret")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiClient]:
        rows: QuerySet[ApiClient] = super().get_queryset(request)
        calls = CallCount.objects.filter(client=OuterRef("pk"))
        last = calls.order_by("-last_at").values("last_at")[:1]
        today = calls.filter(day=timezone.now().date(), status__gte=400)
        refused = today.values("client").annotate(n=Sum("times")).values("n")
        return rows.annotate(last_at=Subquery(last), refused=Subquery(refused))

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else ()

    @display(description=gettext_lazy("last call"), ordering="last_at")
    def last_call(self, client: Any) -> str:
        at = client.last_at
        return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT") if at else ""

    @display(description=gettext_lazy("refused today"), ordering="refused")
    def refused_today(self, client: Any) -> int:
        return client.refused or 0

    @action(
        description=gettext_lazy("Give a new secret: the old one works for a day more"),
        permissions=["change"],
    )
    def rotate_secret(self, request: HttpRequest, chosen: QuerySet[ApiClient]) -> None:
        self._rotate(request, chosen, overlap=OVERLAP)

    @action(
        description=gettext_lazy("Give a new secret: the old one stops working at once"),
        permissions=["change"],
    )
    def replace_secret(self, request: HttpRequest, chosen: QuerySet[ApiClient]) -> None:
        self._rotate(request, chosen, overlap=timedelta())

    def _rotate(
        self, request: HttpRequest, chosen: QuerySet[ApiClient], *, overlap: timedelta
    ) -> None:
        for client in chosen:
            secret = transitions.rotate_secret(
                client_id=client.pk, overlap=overlap, now=timezone.now()
            )
            self.log_change(request, client, _("New secret"))
            self._show(request, client, secret)

    def _show(self, request: HttpRequest, client: ApiClient, secret: str) -> None:
        text = _("Note these now, the secret is not shown again: %(id)s : %(secret)s")
        messages.warning(request, text % {"id": client.client_id, "secret": secret})

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        super().save_related(request, form, formsets, change)
        if SCOPES_OF_MOVES & {*form.instance.scopes.split()}:
            transitions.give_account(client_id=form.instance.pk)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        made = ("client_id", "created", "last_call", "old_secret_until") if obj else ()
        return (
            *("name", "source", "scopes", "brands", "regions"),
            *("networks", "expires_at", "frame_ancestors", *made),
        )

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        self._show(request, obj, obj.secret_in_clear)
        response: HttpResponse = super().response_add(request, obj, post_url_continue)
        return response
