"""Forms of settings offer the brands that whoever fills them in is let into."""

from typing import Any

from django.db.models import ForeignKey
from django.http import HttpRequest

from complaints.admin_theme import HistoryAdmin
from complaints.customers.models import Brand
from complaints.customers.reader import walls_of


class OwnBrandsAdmin(HistoryAdmin):
    """Admin of settings for a brand, which whoever edits them chooses among their own."""

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "brand":
            kwargs["queryset"] = Brand.objects.within(walls_of(request)).order_by("name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
