"""How a person has the queue look: views under a name, their columns and order; as admin pages."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.views.decorators.http import require_POST

from complaints.admin_theme import ModelAdmin
from complaints.customers.reader import reader_of
from complaints.row_number import row_number
from spots.cases.queue import transitions
from spots.cases.queue.looks import VIEW, address, asked_look, order_named, order_placed
from spots.cases.queue.models import ChosenColumns, SavedView
from spots.cases.states import Permission
from spots.routing.models import Team


class QueueList(ChangeList):
    """A list whose address may name a saved view, which filters nothing."""

    def get_filters_params(self, params: dict[str, Any] | None = None) -> dict[str, Any]:
        asked: dict[str, Any] = super().get_filters_params(params)
        asked.pop(VIEW, None)
        return asked


class LookedAtAdmin(ModelAdmin):
    """
    An admin whose list each reader has look as they like.

    `always` are the columns that nobody can take away, `usual` what is shown beside them until
    somebody chooses, out of all in `list_display`; without any `usual` there is no choice.
    """

    always: tuple[str, ...] = ()
    usual: tuple[str, ...] = ()

    def look_urls(self) -> list[URLPattern]:
        view, name = self.admin_site.admin_view, f"spots_{self.opts.model_name}"
        choice = path("columns/", view(require_POST(self.columns_view)), name=f"{name}_columns")
        return [
            *([choice] if self.usual else []),
            path("views/", view(require_POST(self.save_view)), name=f"{name}_save_view"),
            path(
                "views/<int:view_id>/<slug:what>/",
                view(require_POST(self.change_view_saved)),
                name=f"{name}_saved_view",
            ),
        ]

    # What is shown

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return QueueList

    def get_list_display(self, request: HttpRequest) -> list[str]:
        return self.shown_in(request, opened(request))

    def shown_in(self, request: HttpRequest, view: SavedView | None) -> list[str]:
        """The columns that a saved view shows its reader; None: none is open."""
        if not self.usual:
            return list(map(str, self.list_display))
        return self._shown(self._chosen(request, view))

    def _chosen(self, request: HttpRequest, view: SavedView | None) -> Sequence[str]:
        if view is not None and view.columns is not None:
            return view.columns
        own: ChosenColumns | None = getattr(request.user, "queue_columns", None)
        return own.columns if own else self.usual

    def _shown(self, chosen: Sequence[str]) -> list[str]:
        return [name for name in map(str, self.list_display) if name in {*self.always, *chosen}]

    def with_boxes(self, request: HttpRequest, shown: Sequence[str]) -> list[Any]:
        """The columns as the list counts them: those who can do something have boxes before."""
        return [*(["action_checkbox"] if self.get_actions(request) else []), *shown]

    def choices(self, shown: Sequence[str]) -> list[dict[str, Any]]:
        """The columns that can be chosen, and which are."""
        return [
            {"name": name, "label": capfirst(self._label(name)), "shown": name in shown}
            for name in map(str, self.list_display)
            if self.usual and name not in self.always
        ]

    def _label(self, name: str) -> str:
        column = getattr(self, name, None)
        if column is None:
            return str(self.opts.get_field(name).verbose_name)
        return str(column.short_description)

    # Where it is shown

    def address_of_view(self, request: HttpRequest, view: SavedView) -> str:
        """The query string that opens a saved view, in its order."""
        shown = self.with_boxes(request, self.shown_in(request, view))
        return address(view.query, view.pk, order_placed(view.order, shown))

    def queue_address(self, asked: str) -> str:
        """The queue as it was asked for, without what it does not know."""
        queue = reverse(f"admin:spots_{self.opts.model_name}_changelist")
        query = address(asked, *asked_look(asked))
        return f"{queue}?{query}" if query else queue

    # Pages

    def columns_view(self, request: HttpRequest) -> HttpResponse:
        """Keep which columns the open view shows; the reader's own, where they may not choose."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        asked, view = request.POST.get("query", ""), opened(request)
        order = self._order(request, view)
        picked = request.POST.getlist("columns")
        chosen = [name for name in map(str, self.list_display) if name in picked]
        by = reader_of(request)
        if view is None or not view.may_change(by, dispatches=by.has_perm(Permission.DISPATCH)):
            transitions.choose_columns(columns=chosen, by=by)
        else:
            transitions.choose_columns_of_view(view_id=view.pk, columns=chosen, by=by)
        places = order_placed(order, self.with_boxes(request, self._shown(chosen)))
        return self._back(address(asked, view.pk if view else None, places))

    def save_view(self, request: HttpRequest) -> HttpResponse:
        """Keep what is shown, in which columns and order, under a name."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        number = row_number(request.POST.get("team", ""))
        of = get_object_or_404(Team, pk=number) if number is not None else None
        asked, before = request.POST.get("query", ""), opened(request)
        saved = self._try(
            request,
            lambda: transitions.save_view(
                name=request.POST.get("name", ""),
                query=asked,
                columns=self._chosen(request, before) if self.usual else None,
                order=self._order(request, before),
                team=of,
                by=reader_of(request),
            ),
        )
        return self._back(self.address_of_view(request, saved) if saved else asked)

    def change_view_saved(self, request: HttpRequest, view_id: int, what: str) -> HttpResponse:
        """Rename a saved view or delete it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        by, name = reader_of(request), request.POST.get("name", "")
        calls: dict[str, Callable[[], SavedView | None]] = {
            "rename": lambda: transitions.rename_view(view_id=view_id, name=name, by=by),
            "delete": lambda: transitions.delete_view(view_id=view_id, by=by),
        }
        if what not in calls:
            raise Http404
        try:
            self._try(request, calls[what])
        except SavedView.DoesNotExist as missing:
            raise Http404 from missing
        return self._back(request.POST.get("query", ""))

    def _order(self, request: HttpRequest, view: SavedView | None) -> list[str]:
        """The order that the reader looks at, by names of columns."""
        _number, places = asked_look(request.POST.get("query", ""))
        return order_named(places, self.with_boxes(request, self.shown_in(request, view)))

    def _try(self, request: HttpRequest, call: Callable[[], SavedView | None]) -> SavedView | None:
        try:
            return call()
        except transitions.ViewRefusedError as refusal:
            messages.error(request, str(refusal))
            return None

    def _back(self, asked: str) -> HttpResponse:
        return HttpResponseRedirect(self.queue_address(asked))


def opened(request: HttpRequest) -> SavedView | None:
    """The saved view that the address names, or the form that was sent from there: one query."""
    asked = request.POST.get("query", request.GET.urlencode())
    number, _places = asked_look(asked)
    if number is None:
        return None
    return SavedView.objects.of(request.user.pk).filter(pk=number).first()
