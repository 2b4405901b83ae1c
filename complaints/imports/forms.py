"""A file of complaints handed in, and what its columns mean."""

from typing import Any, Final
from zoneinfo import available_timezones

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from complaints.admin_theme import Select, TextInput
from complaints.customers.models import Brand
from complaints.customers.walls import Walls
from complaints.handed_in.files import UnusableFileError
from complaints.imports.mapping import DATE_FORMATS, EXAMPLES, LABELS, Told
from complaints.imports.models import ComplaintImport
from complaints.imports.unpacking import SUFFIXES, form_of
from complaints.intake.models import Channel, Topic

_COLUMN: Final = "column-"
ZONES: Final = sorted(name for name in available_timezones() if "/" in name)


class UploadForm(forms.ModelForm[ComplaintImport]):
    file = forms.FileField(
        label=_("file"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ",".join(SUFFIXES)}),
    )

    class Meta:
        model = ComplaintImport
        fields = ("brand", "source")
        widgets = {"brand": Select, "source": TextInput(attrs={"list": "known-sources"})}

    def __init__(self, *args: Any, walls: Walls, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        brands = Brand.objects.within(walls).order_by("name")
        brand = self.fields["brand"]
        assert isinstance(brand, forms.ModelChoiceField)
        brand.queryset = brands
        if len(brands[:2]) == 1:
            brand.initial = brands[0]

    def clean_file(self) -> UploadedFile[Any]:
        sent: UploadedFile[Any] = self.cleaned_data["file"]
        try:
            form_of(sent.name or "")
        except UnusableFileError as error:
            raise forms.ValidationError(str(error)) from None
        return sent


class ColumnsForm(forms.Form):
    """Which column is which field, and what holds where no column tells it."""

    topic = forms.ModelChoiceField(
        Topic.objects.order_by("code"),
        to_field_name="code",
        required=False,
        label=_("topic where none is told"),
        widget=Select,
    )
    channel = forms.ChoiceField(
        choices=[("", "—"), *Channel.choices],
        required=False,
        label=_("channel where none is told"),
        widget=Select,
    )
    date_format = forms.ChoiceField(
        choices=list(zip(DATE_FORMATS, EXAMPLES, strict=True)),
        required=False,
        label=_("times are written like"),
        widget=Select,
    )
    zone = forms.ChoiceField(
        choices=[(name, name) for name in ZONES],
        label=_("time zone of times without an offset"),
        widget=Select,
    )

    def __init__(self, data: Any = None, *, row: ComplaintImport) -> None:
        told = Told.of(row.layout)
        plain = {"zone": told.zone, "date_format": told.date_format, **told.constants}
        columns = {_COLUMN + name: column for name, column in told.columns.items()}
        super().__init__(data, initial={**plain, **columns})
        choices = [("", "—"), *((name, name) for name in row.header)]
        for name, label in LABELS.items():
            self.fields[_COLUMN + name] = forms.ChoiceField(
                choices=choices, required=False, label=str(label), widget=Select
            )
        self.order_fields([_COLUMN + name for name in LABELS])

    @cached_property
    def told(self) -> Told:
        """What a valid form says."""
        said = self.cleaned_data
        columns = {name: said[_COLUMN + name] for name in LABELS if said[_COLUMN + name]}
        topic = said["topic"].code if said["topic"] else ""
        constants = {"topic": topic, "channel": said["channel"]}
        kept = {name: value for name, value in constants.items() if value}
        return Told(columns, kept, said["zone"], said["date_format"])
