"""The page that takes in a file of one brand: all of its lines, or none and what is wrong."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.admin_theme import Select
from complaints.csv_faults import in_words
from complaints.csv_lines import FaultyLinesError, UnreadableFileError
from complaints.customers.models import Brand
from complaints.customers.reader import reader_of, walls_of
from complaints.customers.transitions_of_files import note_file


class BrandForm(forms.Form):
    """One of the reader's brands."""

    brand = forms.ModelChoiceField(Brand.objects.none(), label=_("brand"), widget=Select)

    def __init__(self, *args: Any, request: HttpRequest) -> None:
        super().__init__(*args)
        field = self.fields["brand"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Brand.objects.within(walls_of(request)).order_by("name")


def file_page(
    request: HttpRequest,
    kind: type[BrandForm],
    take: Callable[..., str],
    meanings: Mapping[str, Promise],
    *,
    template: str,
    back: str,
    **page: object,
) -> HttpResponse:
    """
    Show the form of a file, or take it.

    take      is given what the form holds; returns what was taken, in words, or raises
              UnreadableFileError or FaultyLinesError
    meanings  of what a fault can be
    back      the name of the page that is shown afterwards
    page      what the template shows besides
    """
    form = kind(request.POST or None, request.FILES or None, request=request)
    faults: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            said = _taken(request, take, form.cleaned_data, title=str(page.get("title", back)))
        except (UnreadableFileError, FaultyLinesError) as refusal:
            faults = in_words(refusal, meanings)
        else:
            messages.success(request, said)
            return HttpResponseRedirect(reverse(back))
    context = {**admin.site.each_context(request), "form": form, "faults": faults, **page}
    return render(request, template, context)


@transaction.atomic
def _taken(
    request: HttpRequest, take: Callable[..., str], given: Mapping[str, Any], *, title: str
) -> str:
    """
    Take a file, and note in its brand's history who brought which.

    What is told again is as it was told last: nobody could say else by whose word a figure is so.

    :raises UnreadableFileError: see `file_page`
    :raises FaultyLinesError: likewise
    """
    said, file = take(**given), given["file"]
    file.seek(0)
    by, words = reader_of(request), f"{title}: {said}"
    note_file(brand=given["brand"], words=words, file=file, by_id=by.pk)
    return said
