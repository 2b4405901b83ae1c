"""A file about the network, handed in by a person."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from complaints.admin_theme import Select
from complaints.customers.models import Brand
from complaints.customers.walls import Walls
from complaints.handed_in.files import UnusableFileError
from spots.network.imports import files
from spots.network.imports.models import Kind, Mode


class UploadForm(forms.Form):
    kind = forms.ChoiceField(label=_("about"), choices=Kind.choices, widget=Select)
    brand = forms.ModelChoiceField(Brand.objects.none(), label=_("brand"), widget=Select)
    mode = forms.ChoiceField(
        label=_("mode"),
        choices=Mode.choices,
        initial=Mode.MERGE,
        widget=forms.RadioSelect,
        help_text=_("“Replace” takes away what the file does not name; past events stay."),
    )
    file = forms.FileField(
        label=_("file"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ",".join(files.SUFFIXES)}),
    )

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
            files.check(sent)
        except UnusableFileError as error:
            raise forms.ValidationError(str(error)) from None
        return sent
