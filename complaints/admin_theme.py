"""
The look of the admin, in one place: every admin class takes its bases from here.

Unfold is imported nowhere else, so going back to Django's own admin means editing this file
and INSTALLED_APPS.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.contrib import messages
from django.contrib.admin import FieldListFilter, SimpleListFilter
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import BadRequest, FieldDoesNotExist, PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import PROTECT, DateTimeField, Model, ProtectedError, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from simple_history.admin import SimpleHistoryAdmin
from simple_history.template_utils import HistoricalRecordContextHelper
from unfold import decorators
from unfold.admin import ModelAdmin as UnfoldModelAdmin
from unfold.admin import StackedInline as UnfoldStackedInline
from unfold.admin import TabularInline as UnfoldTabularInline
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
from unfold.widgets import (
    UnfoldBooleanSwitchWidget as Switch,
)

from complaints.admin_filters import WithinWallsFilter, is_walled
from complaints.admin_rows import BoundedInline, ManyRows, OneRow, is_key
from complaints.admin_search import BoundedSearch
from complaints.admin_seen import SavedAsSeen
from complaints.typed_days import asked_in_our_time

__all__ = (
    "ActionForm",
    "AdminPasswordChangeForm",
    "CheckboxSelectMultiple",
    "HistoryAdmin",
    "LastRows",
    "ModelAdmin",
    "ReadOnlyAdmin",
    "Select",
    "SettingAdmin",
    "StackedInline",
    "Switch",
    "TabularInline",
    "TextInput",
    "Textarea",
    "UserChangeForm",
    "UserCreationForm",
    "action",
    "display",
)


FieldListFilter.register(is_walled, WithinWallsFilter, take_priority=True)
_Function = TypeVar("_Function", bound=Callable[..., Any])


def display(**options: Any) -> Callable[[_Function], _Function]:
    """Describe a column: description, ordering, boolean, label, header … as Unfold's does."""
    decorate: Callable[[_Function], _Function] = decorators.display(**options)
    return decorate


def action(**options: Any) -> Callable[[_Function], _Function]:
    """Describe an action: description, permissions, icon … as Unfold's does."""
    decorate: Callable[[_Function], _Function] = decorators.action(**options)
    return decorate


class ModelAdmin(SavedAsSeen, BoundedSearch, UnfoldModelAdmin):
    """Admin of a model: its address narrows the list by the filters that it shows, and no more."""

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        # Django lets every column of the row be asked for: a balance that the page hides, or
        # where exactly somebody lives, is found by halves.
        named = {self.date_hierarchy, *map(_asked_by, self.get_list_filter(request))}
        is_named = any(name and f"{lookup}__".startswith(f"{name}__") for name in named)
        return is_named and bool(super().lookup_allowed(lookup, value, request))

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        # In a list of many, a click without a key unchooses all the others: a wall is gone unseen.
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", ManyRows(db_field, self.admin_site))
        else:
            kwargs.setdefault("widget", CheckboxSelectMultiple)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        # A link may fill a new row in; what names no row, or no time, is left out.
        told: dict[str, Any] = super().get_changeform_initial_data(request)
        return {name: value for name, value in told.items() if self._may_be(name, value)}

    def _may_be(self, name: str, value: Any) -> bool:
        try:
            field = self.model._meta.get_field(name)
        except FieldDoesNotExist:
            return True
        if isinstance(field, DateTimeField):
            return False  # it is shown as a day and a time, which no words are taken apart into
        if field.related_model is None:
            return True
        several = value if isinstance(value, list) else [value]
        return all(is_key(field.related_model, one) for one in several)

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        """:raises BadRequest: what was ticked is no number of a row"""
        ticked = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if not all(is_key(self.model, one) for one in ticked):
            raise BadRequest
        return super().response_action(request, queryset)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        return asked_in_our_time(field, db_field)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", OneRow(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class StackedInline(BoundedInline, UnfoldStackedInline):
    pass


class TabularInline(BoundedInline, UnfoldTabularInline):
    pass


def _asked_by(shown: Any) -> str:
    """Return what a filter is called in an address."""
    if isinstance(shown, type) and issubclass(shown, SimpleListFilter):
        return str(shown.parameter_name)
    return str(shown[0] if isinstance(shown, tuple | list) else shown)


class _InWords(HistoricalRecordContextHelper):
    """What changed, with choices as the form calls them and not as they are stored."""

    def prepare_delta_change_value(self, change: Any, value: Any) -> Any:
        shown = super().prepare_delta_change_value(change, value)
        field = self.model._meta.get_field(change.field)
        called = dict(getattr(field, "flatchoices", ()))
        return str(called.get(shown, shown)) if called else shown


MOST_COUNTED = 1000  # rows that hold a setting; more are “more than”


def held_by(rows: Iterable[Model]) -> list[str]:
    """Return what keeps rows of one table from being deleted, a sentence a table: how many."""
    kept = list(rows)
    if not kept:
        return []
    held = []
    for relation in kept[0]._meta.related_objects:
        if relation.on_delete is PROTECT:
            wanted = {f"{relation.field.name}__in": kept}
            found = relation.related_model._base_manager.filter(**wanted)
            count = found[: MOST_COUNTED + 1].count()
            said = {"what": capfirst(str(relation.related_model._meta.verbose_name_plural))}
            if count > MOST_COUNTED:
                held.append(_("%(what)s: more than %(n)d") % {**said, "n": MOST_COUNTED})
            elif count:
                held.append(_("%(what)s: %(n)d") % {**said, "n": count})
    return held


class SettingAdmin(ModelAdmin):
    """Admin of settings: what is in use is not deleted, and the page says what uses it."""

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[str]]:
        # Django lists every row that holds one, and a brand has millions of complaints.
        if held := held_by(objs):
            return [], {}, set(), held
        found: tuple[list[Any], dict[str, int], set[str], list[str]]
        found = super().get_deleted_objects(objs, request)
        return found

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        try:
            response: HttpResponse = super().delete_view(request, object_id, extra_context)
        except (ProtectedError, IntegrityError):
            messages.error(request, _("It has just come into use: it was not deleted."))
            return HttpResponseRedirect(request.path)
        return response


class HistoryAdmin(SimpleHistoryAdmin, SettingAdmin):
    """Admin of settings that keep their history. It is as far as the rows are: behind walls."""

    def saved(self) -> None:
        """Do what follows once a row is saved as a whole: by its page, or by one of a version."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        super().save_related(request, form, formsets, change)
        self.saved()

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        self._refuse_unseen(request, object_id)
        response: HttpResponse = super().history_view(request, object_id, extra_context)
        return response

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """:raises PermissionDenied: who may only look sends a version back"""
        row = self._refuse_unseen(request, object_id)
        # simple_history saves what is posted by whoever may see the row.
        if request.method == "POST" and not self.has_change_permission(request, row):
            raise PermissionDenied
        with transaction.atomic():
            response: HttpResponse = super().history_form_view(
                request, object_id, version_id, extra_context
            )
            if isinstance(response, HttpResponseRedirect):
                self.saved()  # simple_history knows nothing of what is related
        return response

    def get_historical_record_context_helper(
        self, request: HttpRequest, historical_record: Any
    ) -> HistoricalRecordContextHelper:
        return _InWords(self.model, historical_record)

    def _refuse_unseen(self, request: HttpRequest, object_id: str) -> Any:
        """
        Return the row.

        :raises Http404: it is one that this reader's lists leave out
        """
        # simple_history asks the history where the row itself is not found.
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        return row


class ReadOnlyAdmin(ModelAdmin):
    """Admin of what is looked at and never edited."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LastRows(TabularInline):
    """
    The last rows of whatever is shown, looked at and never edited.

    `fk_name` says by what they belong to it, `ordering` which are the last, `last` how many.
    """

    fk_name: str
    last = 20
    hide_title = True  # the columns say it
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        match = request.resolver_match
        number = match.kwargs.get("object_id") if match else None
        if number is None or not str(number).isdecimal():
            return rows.none()
        last = rows.filter(**{self.fk_name: number}).values_list("pk", flat=True)[: self.last]
        # Not a slice: the formset filters the rows once more.
        return rows.filter(pk__in=list(last))
