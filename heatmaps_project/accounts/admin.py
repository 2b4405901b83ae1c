"""Staff, and the record of looks at personal data."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import EmptyFieldListFilter
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, pgettext_lazy

from complaints.admin_theme import (
    AdminPasswordChangeForm,
    ModelAdmin,
    ReadOnlyAdmin,
    action,
    display,
)
from heatmaps_project.accounts.forms import StaffCreationForm, StaffForm
from heatmaps_project.accounts.models import Look, User
from heatmaps_project.accounts.second_factor.transitions import take_away

_RIGHTS = ("role", "brands", "regions", "teams_shown", "is_active", "is_staff")
_WHO = (None, {"fields": ("username", "password")})
_NAME = (gettext_lazy("Person"), {"fields": ("first_name", "last_name", "email", "phone")})
_MAY = (gettext_lazy("Rights"), {"fields": _RIGHTS})
_READS = (gettext_lazy("Reads"), {"fields": ("language", "time_zone")})
_SIGN_IN = ("second_factor_at", "provider_subject", "last_login")
_SIGNS_IN = (gettext_lazy("Signs in"), {"fields": _SIGN_IN})
_OWNER = (gettext_lazy("Everything"), {"fields": ("is_superuser",)})
_FIELDS = {
    "phone": gettext_lazy("phone"),
    "email": gettext_lazy("e-mail"),
    "lookup": gettext_lazy("caller"),
    "address": gettext_lazy("address"),
    "place": gettext_lazy("place"),
    "survey": gettext_lazy("survey"),
    "file of complaints": gettext_lazy("file of complaints"),
    "refused rows": gettext_lazy("refused rows"),
    "single case": gettext_lazy("single case"),
    "address to place": gettext_lazy("address to place"),
    "link to own page": gettext_lazy("link to own page"),
}
_SUBJECTS = {
    "customer": gettext_noop("customer %(number)s"),
    "map": gettext_noop("map %(number)s"),
    "import": gettext_noop("import %(number)s"),
    "complaint": gettext_noop("complaint %(number)s"),
}


class UserAdmin(DjangoUserAdmin[User], ModelAdmin):
    """Members of staff. They are switched off, never deleted: what they did names them."""

    form = StaffForm
    add_form = StaffCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "full_name", "role", "is_active", "has_second_factor", "last_login")
    list_filter = ("role", "is_active", ("second_factor_at", EmptyFieldListFilter))
    ordering = ("username",)
    filter_horizontal = ()
    readonly_fields = (*_SIGN_IN, "teams_shown")
    actions = ("take_second_factor_away",)
    add_fieldsets = ((None, {"fields": ("username", "role", "password1", "password2")}),)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return self.add_fieldsets
        own = (_OWNER,) if request.user.is_superuser else ()
        return (_WHO, _NAME, _MAY, _READS, _SIGNS_IN, *own)

    @display(description=pgettext_lazy("person", "name"), ordering="last_name")
    def full_name(self, user: User) -> str:
        return user.get_full_name()

    @display(description=gettext_lazy("teams"))
    def teams_shown(self, user: User) -> str:
        return ", ".join(user.teams.order_by("name").values_list("name", flat=True))

    @display(description=gettext_lazy("second factor"), ordering="second_factor_at", boolean=True)
    def has_second_factor(self, user: User) -> bool:
        return user.second_factor_at is not None

    @action(
        description=gettext_lazy("Take the second factor away: of a lost phone"),
        permissions=["change"],
    )
    def take_second_factor_away(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        assert isinstance(request.user, User)  # the site asks for a sign-in first
        for user in chosen:
            if user == request.user or not self.has_change_permission(request, user):
                text = _("%(user)s: ask another administrator.")
                messages.error(request, text % {"user": user})
            elif take_away(user_id=user.pk, by=request.user):
                text = _("%(user)s signs in by password, and sets up a new second factor.")
                messages.success(request, text % {"user": user})

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An administrator does not take over who stands above them."""
        above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return super().has_change_permission(request, obj) and not above

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


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
        kind, _space, which = look.subject.partition(" ")
        return _(_SUBJECTS[kind]) % {"number": which} if kind in _SUBJECTS else look.subject

    @display(description=gettext_lazy("what"), ordering="field")
    def field_shown(self, look: Look) -> str:
        return str(_FIELDS.get(look.field, look.field))
