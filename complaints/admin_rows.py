"""What forms of the admin take for numbers of rows, and how many rows one takes."""

from typing import Any, Final

from django.contrib.admin.options import InlineModelAdmin
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from complaints.typed_days import asked_in_our_time

MOST_IN_A_FORM: Final = 100


def is_key(model: Any, value: Any) -> bool:
    """Whether a value can be the number of a row, of whichever."""
    try:
        model._meta.pk.to_python(value)
    except ValidationError:
        return False
    return True


class OneRow(AutocompleteSelect):
    """Shows a wrong form again without what names no row in it."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        return super().optgroups(name, _keys(self, value), attr)


class ManyRows(AutocompleteSelectMultiple):
    """As OneRow, of several."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        return super().optgroups(name, _keys(self, value), attr)


def _keys(widget: Any, value: Any) -> list[Any]:
    return [one for one in value if is_key(widget.field.remote_field.model, one)]


class BoundedInline(InlineModelAdmin[Any, Any]):
    """Django makes two thousand rows for whoever says so: that took three quarters of a minute."""

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        most = self.get_max_num(request, obj)
        most = MOST_IN_A_FORM if most is None else min(most, MOST_IN_A_FORM)
        bounds = {"max_num": most, "absolute_max": MOST_IN_A_FORM}
        return super().get_formset(request, obj, **{**bounds, **kwargs})

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        return asked_in_our_time(field, db_field)
