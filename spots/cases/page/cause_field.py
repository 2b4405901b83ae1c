"""Choosing a cause in a form: those in use, each kind under what it is a kind of."""

from typing import Any

from django import forms

from spots.cases.catalogue import Cause


class CauseField(forms.ModelChoiceField[Cause]):
    def __init__(self, **options: Any) -> None:
        super().__init__(Cause.objects.in_use().in_tree(), **options)

    def label_from_instance(self, obj: Any) -> str:
        return f"— {obj.name}" if obj.parent_id else str(obj.name)
