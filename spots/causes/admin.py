"""Causes as a tree, and how good the helper's suggestions of them are."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.admin import EmptyFieldListFilter
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.admin_theme import (
    CheckboxSelectMultiple,
    ReadOnlyAdmin,
    SettingAdmin,
    Switch,
    display,
)
from complaints.customers.reader import walls_of
from spots.cases.catalogue import Cause, Sign
from spots.cases.events import EventKind
from spots.cases.models import Case, Event
from spots.causes import scoring
from spots.causes.models import SuggestionOutcome

SIGNS = {**dict(Sign.choices), scoring.PAST: gettext_lazy("what earlier spots had")}


class CauseForm(forms.ModelForm[Cause]):
    signs = forms.MultipleChoiceField(
        label=gettext_lazy("Suggested where"),
        choices=Sign.choices,
        required=False,
        widget=CheckboxSelectMultiple,
        help_text=gettext_lazy("An event that names this cause's code suggests it in any case."),
    )
    archived = forms.BooleanField(
        label=gettext_lazy("Archived"),
        required=False,
        widget=Switch,
        help_text=gettext_lazy("Kept where it was chosen, and no longer offered."),
    )

    class Meta:
        model = Cause
        fields = (
            *("parent", "order", "code", "name_ru", "name_en", "fix_kind"),
            *("said_ru", "said_en", "written_ru", "written_en", "signs"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["archived"].initial = self.instance.archived_at is not None
        parent = self.fields["parent"]
        assert isinstance(parent, forms.ModelChoiceField)
        parent.queryset = Cause.objects.filter(parent=None).exclude(pk=self.instance.pk).in_tree()

    def clean_parent(self) -> Cause | None:
        """The tree has two levels: engineers choose from a list, on a phone, too."""
        parent: Cause | None = self.cleaned_data["parent"]
        if parent and self.instance.pk and self.instance.children.exists():
            raise ValidationError(_("Others are kinds of this cause: it cannot be one itself."))
        return parent

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        was = self.instance.archived_at
        self.instance.archived_at = (was or timezone.now()) if given.get("archived") else None
        return given


class CauseAdmin(SettingAdmin):
    form = CauseForm
    list_display = ("in_tree", "code", "fix_kind", "signs_shown", "cases", "in_use")
    list_filter = ("fix_kind", ("archived_at", EmptyFieldListFilter))
    search_fields = ("name_ru", "name_en", "code")
    fields = (
        *("parent", "order", "code", "name_ru", "name_en", "fix_kind"),
        *("said_ru", "said_en", "written_ru", "written_en", "signs", "archived"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return Cause.objects.in_tree().select_related("parent").annotate(chosen=Count("case"))

    @display(description=gettext_lazy("cause"))
    def in_tree(self, cause: Cause) -> SafeString:
        step = "margin-left: 1.5rem" if cause.parent_id else "font-weight: 600"
        return format_html('<span style="{}">{}</span>', step, cause.name)

    @display(description=gettext_lazy("suggested where"))
    def signs_shown(self, cause: Cause) -> str:
        return "; ".join(str(SIGNS[sign]) for sign in cause.signs) or "—"

    @display(description=gettext_lazy("cases"), ordering="chosen")
    def cases(self, cause: Any) -> int:
        return int(cause.chosen)

    @display(description=gettext_lazy("offered"), boolean=True)
    def in_use(self, cause: Cause) -> bool:
        return cause.archived_at is None

    def get_deleted_objects(
        self, objs: Iterable[Any], request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[str]]:
        """A cause that was ever chosen stays: the cases' histories speak of it."""
        rows = list(objs)
        deleted, counts, needed, protected = super().get_deleted_objects(rows, request)
        wanted = [row.pk for row in rows]
        planned = Event.objects.filter(kind=EventKind.PLANNED, facts__cause__in=wanted)
        if planned.exists():
            protected = [*protected, _("It was chosen for cases: archive it instead.")]
        return deleted, counts, needed, protected


class SuggestionOutcomeAdmin(ReadOnlyAdmin):
    """Every choice of a cause beside what was suggested, and how often the two were one."""

    list_display = ("at", "case_shown", "first", "sign_shown", "percent", "chosen", "place")
    list_filter = ("sign",)
    list_select_related = ("event__case", "first", "chosen")
    list_before_template = "admin/spots/causes/acceptance.html"
    show_full_result_count = False
    ordering = ("-pk",)
    fields = ("at", "case_shown", "first", "sign_shown", "percent", "chosen", "place")
    readonly_fields = fields

    class Media:
        css = {"all": ("spots/watching/watching.css",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        seen = Case.objects.within(walls_of(request)).values("pk")
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.filter(event__case__in=seen)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        more = {"acceptance": acceptance(self.get_queryset(request)), **(extra_context or {})}
        shown: HttpResponse = super().changelist_view(request, more)
        return shown

    @display(description=gettext_lazy("when"), ordering="event__at")
    def at(self, row: SuggestionOutcome) -> Any:
        return row.event.at

    @display(description=gettext_lazy("case"))
    def case_shown(self, row: SuggestionOutcome) -> str:
        return str(row.event.case)

    @display(description=gettext_lazy("because of"), ordering="sign")
    def sign_shown(self, row: SuggestionOutcome) -> str:
        return str(SIGNS.get(row.sign, "—"))

    @display(description=gettext_lazy("score"), ordering="score")
    def percent(self, row: SuggestionOutcome) -> str:
        return f"{100 * row.score:.0f} %" if row.first_id else "—"


def acceptance(rows: QuerySet[Any]) -> list[dict[str, Any]]:
    """Return, by what the first suggestion was made of, how often it, or another, was taken."""
    counted = (
        rows.order_by()
        .values("sign")
        .annotate(n=Count("pk"), first=Count("pk", filter=Q(place=1)), any=Count("place"))
        .order_by("-n", "sign")
    )
    return [
        {
            "label": SIGNS.get(row["sign"], gettext_lazy("nothing was suggested")),
            "n": row["n"],
            "first": f"{100 * row['first'] / row['n']:.0f} %",
            "any": f"{100 * row['any'] / row['n']:.0f} %",
        }
        for row in counted
    ]
