"""Launches and their checklists in the admin."""

from typing import Any, cast

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from complaints.admin_theme import TabularInline, Textarea
from complaints.customers.own_brands import OwnBrandsAdmin
from complaints.customers.reader import walls_of
from heatmaps_project.supervision.launches.models import (
    MOST_WORDS,
    Launch,
    LaunchItem,
    LaunchQuerySet,
)
from heatmaps_project.supervision.launches.transitions import forget_counts


class LaunchForm(forms.ModelForm[Launch]):
    class Meta:
        model = Launch
        fields = ("name", "brand", "words", "starts_on", "watched_until", "owner")
        widgets = {"words": Textarea(attrs={"rows": 4})}

    def clean_words(self) -> str:
        words: str = self.cleaned_data["words"]
        found = Launch(words=words).stems
        if not 1 <= len(found) <= MOST_WORDS:
            raise forms.ValidationError(gettext_lazy("From one to twenty lines with words."))
        if any(len("".join(several)) < 3 for several in found):
            raise forms.ValidationError(gettext_lazy("At least three letters in each line."))
        return words


class ChecklistInline(TabularInline):
    model = LaunchItem
    extra = 1


class LaunchAdmin(OwnBrandsAdmin):
    form = LaunchForm
    inlines = (ChecklistInline,)
    list_display = ("name", "brand", "starts_on", "watched_until", "owner")
    list_select_related = ("brand", "owner")
    ordering = ("-starts_on", "pk")
    staff_field = "owner"

    def get_queryset(self, request: HttpRequest) -> LaunchQuerySet:
        return cast(LaunchQuerySet, super().get_queryset(request)).within(walls_of(request))

    def save_model(self, request: HttpRequest, obj: Launch, form: Any, change: Any) -> None:
        super().save_model(request, obj, form, change)
        if change and {"words", "brand", "starts_on"} & set(form.changed_data):
            forget_counts(obj.pk)
