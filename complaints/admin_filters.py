"""What a list of the admin offers to be narrowed by."""

from typing import Any

from django.contrib.admin import RelatedFieldListFilter
from django.http import HttpRequest

from complaints.customers.reader import walls_of


def is_walled(field: Any) -> bool:
    """Whether the rows that a field leads to are of brands or regions."""
    return hasattr(getattr(field.related_model, "_default_manager", None), "within")


class WithinWallsFilter(RelatedFieldListFilter):
    """
    Offers the rows that its reader is let into.

    Django offers every row of the table: what another brand asks its customers, and of whom it has
    something done, stood beside lists that are themselves behind walls.
    """

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        seen = field.related_model._default_manager.within(walls_of(request))
        return field.get_choices(
            include_blank=False,
            ordering=self.field_admin_ordering(field, request, model_admin),
            limit_choices_to={"pk__in": seen.values("pk")},
        )
