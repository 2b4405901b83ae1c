"""
The look of the admin, in one place: every admin class takes its bases from here.

Unfold is imported nowhere else, so going back to Django's own admin means editing this file
and INSTALLED_APPS.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin
from unfold import decorators
from unfold.admin import ModelAdmin, StackedInline, TabularInline
from unfold.forms import ActionForm, AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget as CheckboxSelectMultiple,
)
from unfold.widgets import (
    UnfoldAdminSelectWidget as Select,
)
from unfold.widgets import (
    UnfoldAdminTextareaWidget as Textarea,
)
from unfold.widgets import (
    UnfoldAdminTextInputWidget as TextInput,
)

__all__ = (
    "ActionForm",
    "AdminPasswordChangeForm",
    "CheckboxSelectMultiple",
    "HistoryAdmin",
    "ModelAdmin",
    "ReadOnlyAdmin",
    "Select",
    "StackedInline",
    "TabularInline",
    "TextInput",
    "Textarea",
    "UserChangeForm",
    "UserCreationForm",
    "action",
    "display",
)


_Function = TypeVar("_Function", bound=Callable[..., Any])


def display(**options: Any) -> Callable[[_Function], _Function]:
    """Describe a column: description, ordering, boolean, label, header … as Unfold's does."""
    decorate: Callable[[_Function], _Function] = decorators.display(**options)
    return decorate


def action(**options: Any) -> Callable[[_Function], _Function]:
    """Describe an action: description, permissions, icon … as Unfold's does."""
    decorate: Callable[[_Function], _Function] = decorators.action(**options)
    return decorate


class HistoryAdmin(SimpleHistoryAdmin, ModelAdmin):
    """Admin of settings that keep their history."""


class ReadOnlyAdmin(ModelAdmin):
    """Admin of what is looked at and never edited."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
