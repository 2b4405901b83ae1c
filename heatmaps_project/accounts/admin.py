"""Staff, machines, and the record of looks at personal data."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from complaints.admin_theme import (
    AdminPasswordChangeForm,
    ModelAdmin,
    ReadOnlyAdmin,
    action,
    display,
)
from heatmaps_project.accounts import transitions
from heatmaps_project.accounts.forms import ApiClientForm, StaffCreationForm, StaffForm
from heatmaps_project.accounts.models import ApiClient, Look, User

_RIGHTS = ("role", "brands", "regions", "teams_shown", "is_active", "is_staff")
_WHO = (None, {"fields": ("username", "password")})
_NAME = (gettext_lazy("Person"), {"fields": ("first_name", "last_name", "email", "phone")})
_MAY = (gettext_lazy("Rights"), {"fields": _RIGHTS})
_READS = (gettext_lazy("Reads"), {"fields": ("language", "time_zone", "last_login")})
_OWNER = (gettext_lazy("Everything"), {"fields": ("is_superuser",)})
_FIELDS = {
    "phone": gettext_lazy("phone"),
    "email": gettext_lazy("e-mail"),
    "lookup": gettext_lazy("caller"),
}


class UserAdmin(DjangoUserAdmin[User], ModelAdmin):
    """Members of staff. They are switched off, never deleted: what they did names them."""

    form = StaffForm
    add_form = StaffCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "full_name", "role", "is_active", "last_login")
    list_filter = ("role", "is_active")
    ordering = ("username",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "teams_shown")
    add_fieldsets = ((None, {"fields": ("username", "role", "password1", "password2")}),)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return self.add_fieldsets
        own = (_OWNER,) if request.user.is_superuser else ()
        return (_WHO, _NAME, _MAY, _READS, *own)

    @display(description=pgettext_lazy("person", "name"), ordering="last_name")
    def full_name(self, user: User) -> str:
        return user.get_full_name()

    @display(description=gettext_lazy("teams"))
    def teams_shown(self, user: User) -> str:
        return ", ".join(user.teams.order_by("name").values_list("name", flat=True))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An administrator does not take over who stands above them."""
        above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return super().has_change_permission(request, obj) and not above

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ApiClientAdmin(ModelAdmin):
    """Machines that use the API. A secret is shown once, when it is made."""

    form = ApiClientForm
    list_display = ("name", "source", "scopes", "client_id", "created", "last_token")
    search_fields = ("name", "source")
    ordering = ("name",)
    readonly_fields = ("client_id", "created")
    actions = ("rotate_secret",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiClient]:
        rows: QuerySet[ApiClient] = super().get_queryset(request)
        return rows.annotate(token_at=Max("accesstoken__created"))

    @display(description=gettext_lazy("last token"), ordering="token_at")
    def last_token(self, client: Any) -> Any:
        return client.token_at

    @action(
        description=gettext_lazy("Give a new secret: the old one stops working at once"),
        permissions=["change"],
    )
    def rotate_secret(self, request: HttpRequest, chosen: QuerySet[ApiClient]) -> None:
        for client in chosen:
            secret = transitions.rotate_secret(client_id=client.pk)
            self.log_change(request, client, _("New secret"))
            self._show(request, client, secret)

    def _show(self, request: HttpRequest, client: ApiClient, secret: str) -> None:
        text = _("Note these now, the secret is not shown again: %(id)s : %(secret)s")
        messages.warning(request, text % {"id": client.client_id, "secret": secret})

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        super().save_related(request, form, formsets, change)
        if "spots:move" in form.instance.scopes.split():
            transitions.give_account(client_id=form.instance.pk)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        made = ("client_id", "created") if obj else ()
        return ("name", "source", "scopes", "brands", "regions", "frame_ancestors", *made)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        self._show(request, obj, obj.secret_in_clear)
        response: HttpResponse = super().response_add(request, obj, post_url_continue)
        return response


class LookAdmin(ReadOnlyAdmin):
    """Who looked at whose data, when and why: read, never written."""

    list_display = ("at", "by", "subject_shown", "field_shown", "reason")
    fields = list_display
    list_select_related = ("by",)
    search_fields = ("by__username", "subject")
    search_help_text = gettext_lazy("Who looked, or whose: dispatcher, customer 17")
    date_hierarchy = "at"
    show_full_result_count = False
    ordering = ("-at", "-id")

    @display(description=gettext_lazy("whose"), ordering="subject")
    def subject_shown(self, look: Look) -> str:
        return _("customer %(number)s") % {"number": look.subject.removeprefix("customer ")}

    @display(description=gettext_lazy("what"), ordering="field")
    def field_shown(self, look: Look) -> str:
        return str(_FIELDS.get(look.field, look.field))
