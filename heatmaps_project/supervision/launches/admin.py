"""Launches and their checklists in the admin."""

from datetime import timedelta
from typing import Any, Final, cast

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy

from complaints.admin_theme import TabularInline, Textarea
from complaints.customers.own_brands import OwnBrandsAdmin
from complaints.customers.reader import walls_of
from heatmaps_project.supervision.launches.mentions import is_long_enough, is_of_words
from heatmaps_project.supervision.launches.models import (
    MOST_WATCHED,
    MOST_WORDS,
    Launch,
    LaunchItem,
    LaunchQuerySet,
)
from heatmaps_project.supervision.launches.transitions import forget_counts

LONGEST: Final = timedelta(days=366)  # each day takes a look at all complaints of it


class LaunchForm(forms.ModelForm[Launch]):
    class Meta:
        model = Launch
        fields = ("name", "brand", "words", "starts_on", "watched_until", "owner")
        widgets = {"words": Textarea(attrs={"rows": 4})}

    def clean_words(self) -> str:
        words: str = self.cleaned_data["words"]
        if not 1 <= len(Launch(words=words).stems) <= MOST_WORDS:
            raise forms.ValidationError(gettext_lazy("From one to twenty lines with words."))
        lines = [line for line in words.splitlines() if line.strip()]
        if not all(map(is_of_words, lines)):
            raise forms.ValidationError(
                gettext_lazy(
                    "Words, not numbers or addresses: at most two digits in a line, "
                    "beside letters (5G)."
                )
            )
        if not all(map(is_long_enough, lines)):
            raise forms.ValidationError(
                gettext_lazy("A word of at least three letters in each line.")
            )
        return words

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        starts, ends = given.get("starts_on"), given.get("watched_until")
        if starts and "starts_on" in self.changed_data and starts < timezone.localdate() - LONGEST:
            self.add_error("starts_on", gettext_lazy("A launch of the last year, or one to come."))
        if starts and ends and ends > starts + LONGEST:
            self.add_error("watched_until", gettext_lazy("A launch is watched for a year at most."))
        if ends and ends >= (today := timezone.localdate()) and "brand" in given:
            others = Launch.objects.filter(brand=given["brand"], watched_until__gte=today)
            if others.exclude(pk=self.instance.pk).count() >= MOST_WATCHED:
                said = gettext_lazy("Of a brand at most %(most)d launches are watched at once.")
                self.add_error("brand", said % {"most": MOST_WATCHED})
        return given


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
