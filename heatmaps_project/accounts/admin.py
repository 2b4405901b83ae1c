"""Staff, machines, and the record of looks at personal data."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.admin_theme import AdminPasswordChangeForm, ModelAdmin, ReadOnlyAdmin
from heatmaps_project.accounts.forms import ApiClientForm, StaffCreationForm, StaffForm
from heatmaps_project.accounts.models import User

_WHO = (None, {"fields": ("username", "password")})
_NAME = (gettext_lazy("Person"), {"fields": ("first_name", "last_name", "email")})
_MAY = (gettext_lazy("Rights"), {"fields": ("role", "brands", "regions", "is_active", "is_staff")})
_READS = (gettext_lazy("Reads"), {"fields": ("language", "time_zone", "last_login")})
_OWNER = (gettext_lazy("Everything"), {"fields": ("is_superuser",)})


class UserAdmin(DjangoUserAdmin[User], ModelAdmin):
    """Members of staff. They are switched off, never deleted: what they did names them."""

    form = StaffForm
    add_form = StaffCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "get_full_name", "role", "is_active", "last_login")
    list_filter = ("role", "is_active")
    ordering = ("username",)
    filter_horizontal = ()
    readonly_fields = ("last_login",)
    add_fieldsets = ((None, {"fields": ("username", "role", "password1", "password2")}),)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return self.add_fieldsets
        own = (_OWNER,) if request.user.is_superuser else ()
        return (_WHO, _NAME, _MAY, _READS, *own)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An administrator does not take over who stands above them."""
        above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return super().has_change_permission(request, obj) and not above

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ApiClientAdmin(ModelAdmin):
    """Machines that use the API. The secret is shown once, when the client is made."""

    form = ApiClientForm
    list_display = ("name", "source", "scopes", "client_id", "created")
    search_fields = ("name", "source")
    ordering = ("name",)
    readonly_fields = ("client_id", "created")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        made = ("client_id", "created") if obj else ()
        return ("name", "source", "scopes", "brands", "regions", *made)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        text = _("Note these now, the secret is not shown again: %(id)s : %(secret)s")
        messages.warning(request, text % {"id": obj.client_id, "secret": obj.secret_in_clear})
        response: HttpResponse = super().response_add(request, obj, post_url_continue)
        return response


class LookAdmin(ReadOnlyAdmin):
    """Who looked at whose data, when and why: read, never written."""

    list_display = ("at", "by", "subject", "field", "reason")
    list_select_related = ("by",)
    search_fields = ("by__username", "subject")
    date_hierarchy = "at"
    show_full_result_count = False
    ordering = ("-at", "-id")
