"""Certificates in the admin, and which brands ask for them."""

from datetime import timedelta
from typing import Any, cast

from django import forms
from django.db.models import ForeignKey
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.admin_theme import HistoryAdmin, display
from complaints.customers.own_brands import OwnBrandsAdmin
from complaints.customers.reader import name_of, reader_of, walls_of
from spots.routing.certificates.asking import today
from spots.routing.certificates.models import Certificate, CertificateQuerySet, CertifiedBrand

USUAL_DAYS = 365


class CertificateForm(forms.ModelForm[Certificate]):
    class Meta:
        model = Certificate
        fields = ("user", "brand", "passed_on", "until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].required = False
        self.fields["until"].help_text = _("Empty: as long as the brand's certificates hold.")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        passed, brand = given.get("passed_on"), given.get("brand")
        if passed and passed > today(timezone.now()):
            self.add_error("passed_on", _("This day is yet to come."))
        elif passed and brand and not given.get("until"):
            rule = CertifiedBrand.objects.filter(brand=brand).first()
            given["until"] = passed + timedelta(days=rule.days if rule else USUAL_DAYS)
            self.instance.until = given["until"]
        elif passed and given["until"] < passed:
            self.add_error("until", _("It ends before it begins."))
        return given


def _is_own(request: HttpRequest, row: Certificate | None) -> bool:
    return row is not None and row.user_id == reader_of(request).pk


class CertificateAdmin(OwnBrandsAdmin):
    form = CertificateForm
    list_display = ("who", "brand", "passed_on", "until", "valid")
    list_filter = ("brand",)
    list_select_related = ("user", "brand")
    search_fields = ("user__last_name", "user__first_name", "user__username")
    date_hierarchy = "until"
    ordering = ("until", "pk")
    staff_field = "user"

    def get_queryset(self, request: HttpRequest) -> CertificateQuerySet:
        return cast(CertificateQuerySet, super().get_queryset(request)).within(walls_of(request))

    # Nobody says of themselves that they passed: one's own are looked at, and not to be chosen.

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not _is_own(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not _is_own(request, obj)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        field: Any = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == self.staff_field:
            field.queryset = field.queryset.exclude(pk=reader_of(request).pk)
        return field

    @display(description=gettext_lazy("who"), ordering="user__last_name")
    def who(self, row: Certificate) -> str:
        return name_of(row.user)

    @display(description=gettext_lazy("valid"), boolean=True)
    def valid(self, row: Certificate) -> bool:
        return row.until >= today(timezone.now())


class CertifiedBrandAdmin(HistoryAdmin):
    list_display = ("brand", "days", "active")
    list_select_related = ("brand",)
    ordering = ("brand__name",)
