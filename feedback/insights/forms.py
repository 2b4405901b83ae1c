"""What a person says of an insight: when it is raised, and at each move."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from complaints.admin_theme import Select, Textarea, TextInput
from complaints.customers.models import Brand
from complaints.customers.walls import Walls
from complaints.geocoding.models import Region
from complaints.typed_days import DayField
from feedback.insights.models import Department
from feedback.insights.states import Helped


def departments() -> Any:
    return Department.objects.filter(active=True).order_by("name_ru")


class RaiseForm(forms.Form):
    """A wish or an idea; of a comment only its short name and the department are asked for."""

    title = forms.CharField(
        max_length=150, label=gettext_lazy("in short"), widget=TextInput(attrs={"autofocus": True})
    )
    words = forms.CharField(
        max_length=2000,
        label=gettext_lazy("in their own words"),
        widget=Textarea(attrs={"rows": 5}),
    )
    department = forms.ModelChoiceField(
        Department.objects.none(), label=gettext_lazy("department"), widget=Select
    )
    brand = forms.ModelChoiceField(Brand.objects.none(), label=gettext_lazy("brand"), widget=Select)
    region = forms.ModelChoiceField(
        Region.objects.none(),
        required=False,
        label=gettext_lazy("region"),
        empty_label=gettext_lazy("of no region"),
        widget=Select,
    )

    def __init__(self, data: Any = None, *, walls: Walls, of_comment: bool) -> None:
        super().__init__(data)
        if of_comment:
            for name in ("words", "brand", "region"):
                del self.fields[name]
        rows = {
            "department": departments(),
            "brand": Brand.objects.within(walls).order_by("name"),
            "region": Region.objects.within(walls).order_by("name_ru"),
        }
        for name in rows.keys() & self.fields.keys():
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows[name]


class MoveForm(forms.Form):
    """What a move needs said."""

    answer = forms.CharField(max_length=300, required=False)
    next_on = DayField(required=False)
    look_on = DayField(required=False)
    helped = forms.ChoiceField(choices=Helped.choices, required=False)
    same_as = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    department = forms.ModelChoiceField(Department.objects.none(), required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        field = self.fields["department"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = departments()
