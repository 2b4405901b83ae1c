"""Forms of settings offer the brands that whoever fills them in is let into, and their staff."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import ForeignKey
from django.http import HttpRequest

from complaints.admin_theme import HistoryAdmin
from complaints.customers.models import Brand
from complaints.customers.reader import name_of, walls_of


def _may_set(request: HttpRequest, row: Any) -> bool:
    """Whether a row, if any, is not for brands that the reader does not see."""
    is_for_all = row is not None and getattr(row, "brand_id", 0) is None
    return not is_for_all or Brand.objects.are_within(walls_of(request))


class OwnBrandsAdmin(HistoryAdmin):
    """
    Admin of settings for a brand, which whoever edits them chooses among their own.

    What holds for every brand is set by whoever sees every one of them.
    """

    staff_field = ""  # in which one of the staff is chosen who are let into such a brand, too

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(super().has_change_permission(request, obj)) and _may_set(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(super().has_delete_permission(request, obj)) and _may_set(request, obj)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "brand":
            kwargs["queryset"] = Brand.objects.within(walls_of(request)).order_by("name")
            if not Brand.objects.are_within(walls_of(request)):
                kwargs["required"] = True
        if db_field.name == self.staff_field:
            return self._staff(db_field, request, **kwargs)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def _staff(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        brands = walls_of(request).brands
        staff = get_user_model().objects.filter(is_active=True, is_staff=True)
        if brands is not None:
            staff = staff.filter(brands__in=brands).distinct()
        kwargs["queryset"] = staff.order_by("last_name", "first_name", "username")
        field: Any = super().formfield_for_foreignkey(db_field, request, **kwargs)
        field.label_from_instance = name_of
        return field
