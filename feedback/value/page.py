"""What customers are worth beside what they say: the table, and the file that it is made from."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from complaints.admin_theme import Select
from complaints.brand_files import BrandForm, file_page
from complaints.customers.models import Brand
from complaints.customers.month_lines import months_of
from complaints.customers.reader import walls_of
from complaints.customers.transitions_of_months import take_months
from complaints.table_files import asked_form, table_file
from complaints.uploads import at_most
from feedback.value.counting import BEFORE
from feedback.value.lines import of_value
from feedback.value.staying import HEIGHT, WIDTH, staying
from feedback.value.table import MONTHS, USUAL_MONTHS, newest_month, table

VIEW, IMPORT = "complaints.view_monthlyfact", "complaints.add_monthlyfact"
_FAULTS: dict[str, Promise] = {
    "customer": gettext_lazy("no customer’s id of the CRM"),
    "month": gettext_lazy("no month such as 2026-03"),
    "arpu": gettext_lazy("no amount of roubles"),
    "churned": gettext_lazy("neither 0 nor 1 for having left"),
    "twice": gettext_lazy("this customer’s month stands in the file before"),
}


class TableForm(forms.Form):
    """What the address asks for."""

    months = forms.ChoiceField(
        choices=[(n, n) for n in MONTHS],
        required=False,
        label=gettext_lazy("period, months"),
        widget=Select,
    )
    by = forms.ChoiceField(
        choices=[("complaints", gettext_lazy("complaints")), ("gifts", gettext_lazy("gifts"))],
        required=False,
        label=gettext_lazy("rating and"),
        widget=Select,
    )


class MonthsForm(BrandForm):
    """A file of a brand's customers."""

    file = forms.FileField(
        label=gettext_lazy("CSV file with the columns customer, month, arpu, churned"),
        validators=[at_most(megabytes=20)],
    )


@require_safe
@permission_required(VIEW, raise_exception=True)
def value_page(request: HttpRequest) -> HttpResponseBase:
    form = TableForm(request.GET or {"months": USUAL_MONTHS})
    asked = form.cleaned_data if form.is_valid() else {}
    months, by_gifts = int(asked.get("months") or USUAL_MONTHS), asked.get("by") == "gifts"
    last = newest_month()
    found = last and table(walls_of(request), last=last, months=months, by_gifts=by_gifts)
    if file := asked_form(request):
        lines = of_value(found or None, by_gifts=by_gifts)
        name = f"value-{timezone.localtime():%Y-%m-%d-%H%M}"
        return table_file(list(lines), name=name, form=file)
    page = {
        **admin.site.each_context(request),
        "title": _("What customers are worth"),
        "form": form,
        "by_gifts": by_gifts,
        "days": BEFORE.days,
        "may_import": request.user.has_perm(IMPORT),
        "table": found,
    }
    return render(request, "admin/feedback/value/page.html", page)


class StayingForm(forms.Form):
    """What the address of the curves asks for."""

    months = forms.ChoiceField(
        choices=[(n, n) for n in (6, 12, 24)],
        required=False,
        label=gettext_lazy("period, months"),
        widget=Select,
    )
    by = forms.ChoiceField(
        choices=[
            ("helped", gettext_lazy("told of a fix or not")),
            ("rating", gettext_lazy("last rating before")),
        ],
        required=False,
        label=gettext_lazy("by"),
        widget=Select,
    )


@require_safe
@permission_required(VIEW, raise_exception=True)
def staying_page(request: HttpRequest) -> HttpResponse:
    """Show how many customers stay, month after month."""
    form = StayingForm(request.GET or {"months": 12})
    asked = form.cleaned_data if form.is_valid() else {}
    months, by_rating = int(asked.get("months") or 12), asked.get("by") == "rating"
    last, walls = newest_month(), walls_of(request)
    page = {
        **admin.site.each_context(request),
        "title": _("How many customers stay"),
        "form": form,
        "days": BEFORE.days,
        "ticks": [(HEIGHT * n / 4, 100 - 25 * n) for n in range(5)],
        "months_drawn": [(WIDTH * n / months, n) for n in range(months + 1)],
        "staying": last and staying(walls, last=last, months=months, by_rating=by_rating),
    }
    return render(request, "admin/feedback/value/staying.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(IMPORT, raise_exception=True)
def import_page(request: HttpRequest) -> HttpResponse:
    told = {"template": "admin/feedback/value/import.html", "title": _("Customers' months")}
    return file_page(request, MonthsForm, _take, _FAULTS, back="value", **told)


def _take(brand: Brand, file: Any) -> str:
    done = take_months(brand=brand, lines=months_of(file.read()))
    said = ngettext("%(n)d month was taken.", "%(n)d months were taken.", done.months)
    unknown = _("Lines of customers who are not known here: %(n)d.") % {"n": done.unknown}
    return f"{said % {'n': done.months}} {unknown}"
