"""The reasons that may be given for being late, as an administrator edits them."""

from typing import Any

from django import forms
from django.contrib.admin import EmptyFieldListFilter
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.admin_theme import SettingAdmin, Switch, display
from spots.cases.late.models import LateReason


class LateReasonForm(forms.ModelForm[LateReason]):
    archived = forms.BooleanField(
        label=_("Archived"),
        required=False,
        widget=Switch,
        help_text=_("Kept where it was chosen, and no longer offered."),
    )

    class Meta:
        model = LateReason
        fields = ("order", "code", "name_ru", "name_en", "wants_note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["archived"].initial = self.instance.archived_at is not None

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        was = self.instance.archived_at
        self.instance.archived_at = (was or timezone.now()) if given.get("archived") else None
        return given


class LateReasonAdmin(SettingAdmin):
    form = LateReasonForm
    list_display = ("__str__", "code", "wants_note", "given", "in_use")
    list_filter = (("archived_at", EmptyFieldListFilter),)
    search_fields = ("name_ru", "name_en", "code")
    fields = ("order", "code", "name_ru", "name_en", "wants_note", "archived")
    ordering = ("order", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return LateReason.objects.annotate(chosen=Count("given")).order_by("order", "pk")

    @display(description=_("given"), ordering="chosen")
    def given(self, reason: Any) -> int:
        return int(reason.chosen)

    @display(description=_("offered"), boolean=True)
    def in_use(self, reason: LateReason) -> bool:
        return reason.archived_at is None
