"""Our own numbers, and the numbering plan: typed in one by one, or out of a file."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy, ngettext
from phonenumbers import country_code_for_region

from complaints.admin_theme import HistoryAdmin, ModelAdmin, ReadOnlyAdmin, TextInput, display
from complaints.csv_faults import in_words
from complaints.csv_lines import FaultyLinesError, UnreadableFileError
from complaints.customers.numbers.lines import (
    own_numbers_of,
    ranges_of,
    zone_of_subject,
    zones_of_subjects,
)
from complaints.customers.numbers.models import OwnNumber
from complaints.customers.numbers.transitions import replace_ranges, take_own_numbers
from complaints.customers.personal import blind_index, blind_indexes, masked_phone
from complaints.customers.phones import e164
from complaints.uploads import at_most

_FAULTS: dict[str, Promise] = {
    "phone": gettext_lazy("no telephone number"),
    "kind": gettext_lazy("neither employee nor test"),
    "twice": gettext_lazy("the number stands in the file before"),
    "range": gettext_lazy("no range of numbers"),
    "region": gettext_lazy("the zone of this region is not known: name it in a column zone"),
    "zone": gettext_lazy("no time zone such as Europe/Moscow"),
    "overlaps": gettext_lazy("it overlaps another range"),
}


class FileForm(forms.Form):
    """A file that is taken as a whole."""

    file = forms.FileField(label=gettext_lazy("CSV file"), validators=[at_most(megabytes=20)])


class FromFileAdmin(ModelAdmin):
    """Rows that come in by a file, too: all of its lines, or none."""

    import_title: ClassVar[Promise]
    example: ClassVar[str]
    about: ClassVar[Promise]
    list_before_template = "admin/complaints/numbers/keys.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.import_view)
        return [path("import/", view, name=self._name("import")), *super().get_urls()]

    def _name(self, page: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"

    def may_import(self, request: HttpRequest) -> bool:
        named = f"{self.opts.app_label}.add_{self.opts.model_name}"
        return bool(request.user.has_perm(named))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        address = reverse(f"admin:{self._name('import')}") if self.may_import(request) else ""
        more = {**(extra_context or {}), "import_address": address}
        response: HttpResponse = super().changelist_view(request, more)
        return response

    def import_view(self, request: HttpRequest) -> HttpResponse:
        if not self.may_import(request):
            raise PermissionDenied
        rows = reverse(f"admin:{self._name('changelist')}")
        form = FileForm(request.POST or None, request.FILES or None)
        faults: list[str] = []
        if request.method == "POST" and form.is_valid():
            faults = self._taken(request, form.cleaned_data["file"].read())
            if not faults:
                return HttpResponseRedirect(rows)
        page = {
            **self.admin_site.each_context(request),
            "title": self.import_title,
            "form": form,
            "faults": faults,
            "example": self.example,
            "about": self.about,
            "rows": rows,
        }
        return TemplateResponse(request, "admin/complaints/numbers/import.html", page)

    def take(self, content: bytes) -> int:
        """
        Take a file in as a whole, and return how many lines were taken.

        :raises UnreadableFileError, FaultyLinesError: nothing was
        """
        raise NotImplementedError

    def _taken(self, request: HttpRequest, content: bytes) -> list[str]:
        """Take a file; return what is wrong with it."""
        try:
            count = self.take(content)
        except (UnreadableFileError, FaultyLinesError) as refusal:
            return in_words(refusal, _FAULTS)
        said = ngettext("%(n)d line was taken.", "%(n)d lines were taken.", count)
        messages.success(request, said % {"n": count})
        return []


class OwnNumberForm(forms.ModelForm[OwnNumber]):
    number = forms.CharField(
        label=capfirst(gettext_lazy("phone")),
        required=False,
        max_length=32,
        widget=TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
        help_text=gettext_lazy("It is shown masked; left empty, it stays as it is."),
    )

    class Meta:
        model = OwnNumber
        fields = ("kind", "note")

    def clean_number(self) -> str:
        """:raises ValidationError: it is none, or is in the list already"""
        said = self.cleaned_data["number"]
        if not said and self.instance.pk:
            return ""
        phone = e164(said, region=settings.PHONE_REGION)
        if not phone:
            raise forms.ValidationError(gettext_lazy("This is no telephone number."))
        rows = OwnNumber.objects.filter(phone_index__in=blind_indexes(phone))
        if rows.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(gettext_lazy("This number is in the list."))
        self.instance.phone, self.instance.phone_index = phone, blind_index(phone)
        return phone


class OwnNumberAdmin(HistoryAdmin, FromFileAdmin):
    """Employees and test numbers: marked, not asked, in no rating."""

    form = OwnNumberForm
    list_display = ("phone_shown", "kind", "note")
    list_filter = ("kind",)
    ordering = ("-pk",)
    search_fields = ("note",)
    search_help_text = gettext_lazy("A whole number, or words of a note")
    fields = ("number", "kind", "note")
    import_title = gettext_lazy("Own numbers out of a file")
    example = "phone;kind;note\n+7 926 123-45-67;employee;A. Ivanova\n+7 926 765-43-21;test;"
    about = gettext_lazy(
        "The whole file is taken, or nothing of it. Numbers that are in the list already have the"
        " kind and note of the file. kind is employee or test."
    )

    def take(self, content: bytes) -> int:
        return take_own_numbers(own_numbers_of(content, region=settings.PHONE_REGION))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        phone = e164(search_term, region=settings.PHONE_REGION)
        if phone:
            return queryset.filter(phone_index__in=blind_indexes(phone)), False
        found: tuple[QuerySet[Any], bool] = super().get_search_results(
            request, queryset, search_term
        )
        return found

    @display(description=gettext_lazy("phone"))
    def phone_shown(self, row: OwnNumber) -> str:
        return masked_phone(row.phone)


class NumberRangeAdmin(FromFileAdmin, ReadOnlyAdmin):
    """The numbering plan, by which quiet hours are kept where nothing nearer is known."""

    list_display = ("first", "last", "region", "time_zone")
    list_filter = ("time_zone",)
    ordering = ("first",)
    search_fields = ("region", "=first")
    show_full_result_count = False
    import_title = gettext_lazy("The numbering plan out of a file")
    example = "code;from;to;zone\n900;0000000;0061999;Europe/Moscow\n902;5000000;5099999;Asia/Omsk"
    about = gettext_lazy(
        "The file takes the place of the plan that was there, as a whole, or nothing is changed."
        " Columns: code, from, to and region, or zone with a name such as Asia/Omsk; also as in the"
        " regulator's own files. Ranges of no one region are left out."
    )

    def take(self, content: bytes) -> int:
        known = zones_of_subjects()
        lines = ranges_of(
            content,
            country=country_code_for_region(settings.PHONE_REGION),
            zone_in=lambda region: zone_of_subject(region, known),
        )
        return replace_ranges(lines)
