"""The queue as a page of the admin: tabs, columns by choice, several at once, kept fresh."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseRedirect,
)
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from complaints.admin_theme import ModelAdmin
from complaints.customers.reader import reader_of
from complaints.row_number import row_number
from spots.cases.page.forms import moves_of
from spots.cases.queue import live, tabs, together, transitions
from spots.cases.queue.asking import cleaned
from spots.cases.queue.models import ChosenColumns, SavedView
from spots.cases.queue.unrouted import alarms
from spots.cases.states import MOVES
from spots.routing.models import Team


class QueueAdmin(ModelAdmin):
    """
    An admin whose list is a queue that people work through.

    `always` are the columns that nobody can take away, `usual` what is shown beside them until
    somebody chooses, out of all in `list_display`; without any `usual` there is no choice.
    """

    always: tuple[str, ...] = ()
    usual: tuple[str, ...] = ()

    # Columns by choice

    def get_list_display(self, request: HttpRequest) -> list[str]:
        if not self.usual:
            return list(map(str, self.list_display))
        chosen: ChosenColumns | None = getattr(request.user, "queue_columns", None)
        shown = {*self.always, *(chosen.columns if chosen else self.usual)}
        return [name for name in map(str, self.list_display) if name in shown]

    def _choices(self, shown: list[str]) -> list[dict[str, Any]]:
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

    # Pages

    def queue_urls(self) -> list[URLPattern]:
        view, name = self.admin_site.admin_view, f"spots_{self.opts.model_name}"
        choice = path("columns/", view(require_POST(self.columns_view)), name=f"{name}_columns")
        return [
            *([choice] if self.usual else []),
            path("fresh/", view(require_POST(self.fresh_view)), name=f"{name}_fresh"),
            path("views/", view(require_POST(self.save_view)), name=f"{name}_save_view"),
            path(
                "views/<int:view_id>/<slug:what>/",
                view(require_POST(self.change_view_saved)),
                name=f"{name}_saved_view",
            ),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        moment = timezone.now()
        shown: HttpResponse = super().changelist_view(request, extra_context)
        if (
            isinstance(shown, TemplateResponse)
            and shown.context_data
            and "cl" in shown.context_data
        ):
            # The list knows already what its reader may see.
            cl = shown.context_data["cl"]
            shown.context_data |= {
                **tabs.context_of(request, cl),
                "alarms": alarms(request, cl.root_queryset),
                "columns": self._choices(list(map(str, cl.list_display))),
                "at": int(moment.timestamp()),
            }
        return shown

    def fresh_view(self, request: HttpRequest) -> HttpResponse:
        """The rows of a page that have changed, drawn anew, and how many spots came since."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            page = live.shown(request.POST)
        except (KeyError, ValueError, OverflowError):
            return HttpResponseBadRequest()
        cl = self._rows(request)
        cl.result_list, came = live.compared(page, cl.queryset, request.user.pk)
        words = ngettext("%(n)d new spot, show", "%(n)d new spots, show", came) % {"n": came}
        context = {"cl": cl, "opts": self.opts, "came": came, "words": words}
        return TemplateResponse(request, "admin/spots/spot/fresh.html", context)

    def _rows(self, request: HttpRequest) -> live.Rows:
        shown = self.get_list_display(request)
        boxes = ["action_checkbox"] if self.get_actions(request) else []
        return live.Rows(
            request,
            self.model,
            [*boxes, *shown],
            self.get_list_display_links(request, shown),
            list_filter=(),
            date_hierarchy=None,
            search_fields=(),
            list_select_related=self.list_select_related,
            list_per_page=live.MOST,
            list_max_show_all=live.MOST,
            list_editable=(),
            model_admin=self,
            sortable_by=(),
            search_help_text="",
        )

    def columns_view(self, request: HttpRequest) -> HttpResponse:
        """Keep which columns the reader wants."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        chosen = set(request.POST.getlist("columns"))
        known = [name for name in map(str, self.list_display) if name in chosen]
        transitions.choose_columns(columns=known, by=reader_of(request))
        return self._back(request)

    def save_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        team = request.POST.get("team", "")
        number = row_number(team)
        of = get_object_or_404(Team, pk=number) if number is not None else None
        asked, name = request.POST.get("query", ""), request.POST.get("name", "")
        self._try(
            request,
            lambda: transitions.save_view(name=name, query=asked, team=of, by=reader_of(request)),
        )
        return self._back(request)

    def change_view_saved(self, request: HttpRequest, view_id: int, what: str) -> HttpResponse:
        """Rename a saved view or delete it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        by, name = reader_of(request), request.POST.get("name", "")
        calls: dict[str, Callable[[], object]] = {
            "rename": lambda: transitions.rename_view(view_id=view_id, name=name, by=by),
            "delete": lambda: transitions.delete_view(view_id=view_id, by=by),
        }
        if what not in calls:
            raise Http404
        try:
            self._try(request, calls[what])
        except SavedView.DoesNotExist as missing:
            raise Http404 from missing
        return self._back(request)

    def _try(self, request: HttpRequest, call: Callable[[], object]) -> None:
        try:
            call()
        except transitions.ViewRefusedError as refusal:
            messages.error(request, str(refusal))

    def _back(self, request: HttpRequest) -> HttpResponse:
        """To the queue as it was asked for."""
        return HttpResponseRedirect(self._address(request.POST.get("query", "")))

    def _address(self, asked: str) -> str:
        queue = reverse(f"admin:spots_{self.opts.model_name}_changelist")
        query = cleaned(asked)
        return f"{queue}?{query}" if query else queue

    # Several at once

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """The moves that the table lets the reader make, each for the chosen cases; and others."""
        moves = {
            f"{name}_chosen": (self._several(name), f"{name}_chosen", MOVES[name].label)
            for name in moves_of(request.user)
        }
        return {**moves, **super().get_actions(request)}

    def _several(self, name: str) -> Callable[[Any, HttpRequest, QuerySet[Any]], Any]:
        def move(page: Any, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
            return self._together(request, name, rows)

        return move

    def _together(
        self, request: HttpRequest, name: str, rows: QuerySet[Any]
    ) -> HttpResponse | None:
        if request.POST.get("select_across") != "1":
            # What left the filter since the page was shown is answered for, too.
            numbers = map(row_number, request.POST.getlist("_selected_action"))
            rows = self.get_queryset(request).filter(pk__in=[n for n in numbers if n is not None])
        cases = list(rows.order_by("-priority", "pk")[: together.MOST + 1])
        if len(cases) > together.MOST:
            told = _("At most %(n)d spots at once: choose fewer.") % {"n": together.MOST}
            messages.error(request, told)
            return None
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "title": MOVES[name].label,
            "opts": self.opts,
            "media": self.media,
            "queue": self._address(request.GET.urlencode()),
        }
        return together.answer(request, name, cases, context)
