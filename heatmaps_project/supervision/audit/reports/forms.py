"""Which report somebody asks to be made."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.admin_theme import Select, TextInput
from complaints.customers.walls import Walls
from complaints.models import Brand, Region
from complaints.typed_days import DayField
from heatmaps_project.supervision.audit.reports.counting import month_before


class ReportForm(forms.Form):
    """A month that has ended, of a brand and a region that the reader sees all of."""

    month = DayField(
        label=_("month"),
        input_formats=["%Y-%m"],
        widget=TextInput(attrs={"type": "month"}),
    )
    brand = forms.ModelChoiceField(
        Brand.objects.none(), label=_("brand"), empty_label=_("all brands"), widget=Select
    )
    region = forms.ModelChoiceField(
        Region.objects.none(), label=_("region"), empty_label=_("all regions"), widget=Select
    )

    def __init__(self, *args: Any, walls: Walls, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.last = month_before(now, ZoneInfo(timezone.get_current_timezone_name()))
        self.fields["month"].initial = f"{self.last:%Y-%m}"
        brands = Brand.objects.within(walls).order_by("name")
        regions = Region.objects.within(walls)
        for name, rows, wall in (
            ("brand", brands, walls.brands),
            ("region", regions.defer("outline").order_by("pk"), walls.regions),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows
            field.required = wall is not None
            if field.required:
                field.empty_label = None

    def clean_month(self) -> date:
        month: date = self.cleaned_data["month"]
        if month > self.last or month.year < 2000:
            raise ValidationError(_("Choose a month that has ended."))
        return month
