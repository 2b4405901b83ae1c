"""The queue as a page of the admin: tabs, columns by choice, several at once, kept fresh."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from complaints.row_number import row_number
from spots.cases.page.forms import moves_of
from spots.cases.queue import live, tabs, together
from spots.cases.queue.looking import LookedAtAdmin
from spots.cases.queue.unrouted import alarms
from spots.cases.states import MOVES


class QueueAdmin(LookedAtAdmin):
    """An admin whose list is a queue that people work through."""

    # Pages

    def queue_urls(self) -> list[URLPattern]:
        view, name = self.admin_site.admin_view, f"spots_{self.opts.model_name}"
        fresh = path("fresh/", view(require_POST(self.fresh_view)), name=f"{name}_fresh")
        return [fresh, *self.look_urls()]

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
                **tabs.context_of(request, cl, self.address_of_view),
                "alarms": alarms(request, cl.root_queryset),
                "columns": self.choices(list(map(str, cl.list_display))),
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
        return live.Rows(
            request,
            self.model,
            self.with_boxes(request, shown),
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
            "queue": self.queue_address(request.GET.urlencode()),
        }
        return together.answer(request, name, cases, context)
