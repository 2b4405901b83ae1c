"""The tree of units in the admin."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from complaints.admin_theme import CheckboxSelectMultiple, Select, SettingAdmin
from heatmaps_project.accounts.units.models import Unit
from heatmaps_project.accounts.units.reading import tree
from spots.routing.models import Team


class UnitForm(forms.ModelForm[Unit]):
    teams = forms.ModelMultipleChoiceField(
        Team.objects.order_by("name"),
        required=False,
        label=capfirst(Unit._meta.get_field("teams").verbose_name),
        widget=CheckboxSelectMultiple,
    )

    class Meta:
        model = Unit
        fields = ("name", "code", "parent", "teams")
        widgets = {"parent": Select}

    def clean_parent(self) -> Unit | None:
        """:raises ValidationError: the unit would be a part of itself"""
        parent: Unit | None = self.cleaned_data["parent"]
        if parent and self.instance.pk in {node.id for node in tree().path(parent.pk)}:
            raise ValidationError(_("A unit cannot be a part of itself."))
        return parent


class UnitAdmin(SettingAdmin):
    form = UnitForm
    list_display = ("name", "code", "parent")
    list_select_related = ("parent",)
    search_fields = ("name", "code")
    ordering = ("name", "pk")

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        return super().formfield_for_foreignkey(
            db_field, request, **{"queryset": Unit.objects.order_by("name"), **kwargs}
        )
