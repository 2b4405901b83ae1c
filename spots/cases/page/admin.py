"""The page of a case: what it shows, and the moves that are made on it."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_POST

from complaints.customers.reader import reader_of, walls_of
from spots.cases.calls import CALLS
from spots.cases.comments import pages as comments
from spots.cases.comments.pages import CommentedAdmin, CommentForm
from spots.cases.comments.transitions import see
from spots.cases.complexity import page as complexity
from spots.cases.models import Case, CaseQuerySet, Kind
from spots.cases.page import head, story
from spots.cases.page import panels as parts
from spots.cases.page.forms import FORMS, MoveForm
from spots.cases.page.ledger import promises
from spots.cases.page.meanwhile import Meanwhile, meanwhile, seen_in
from spots.cases.ties import pages as ties
from spots.cases.transitions import BusyError, IllegalMoveError, UnseenError, move_as_seen


class CasePageAdmin(CommentedAdmin):
    """
    The page of one case; what it lists, and which cases are its own, is said by who inherits it.

    `panels` (under the map) and `side_panels` (beside it) are the page's parts, in order: see
    spots.cases.page.panels for what a panel is, and how an upper app adds one. `sources` tell
    what happened to it: see spots.cases.page.story.
    """

    kind = Kind.SPOT
    panels: tuple[parts.Panel, ...] = (parts.where, parts.voices, parts.network)
    side_panels: tuple[parts.Panel, ...] = ()
    sources: tuple[story.Source, ...] = (story.events, promises)

    class Media:
        css = {"all": ("spots/case/case.css",)}

    def get_queryset(self, request: HttpRequest) -> CaseQuerySet:
        rows = cast(CaseQuerySet, super().get_queryset(request)).filter(kind=self.kind)
        return rows.within(walls_of(request)).with_next_due().defer("outline", "evidence")

    def page_urls(self) -> list[URLPattern]:
        view, name = self.admin_site.admin_view, self.opts.model_name
        return [
            path("<int:object_id>/change/", view(self.page_view), name=f"spots_{name}_change"),
            path(
                "<int:object_id>/move/<slug:name>/",
                view(require_POST(self.move_view)),
                name=f"spots_{name}_move",
            ),
            path(
                "<int:object_id>/tie/",
                view(require_POST(self.tie_view)),
                name=f"spots_{name}_tie",
            ),
            path(
                "<int:object_id>/complex/",
                view(require_POST(self.complex_view)),
                name=f"spots_{name}_complex",
            ),
            *self.comment_urls(),
        ]

    def page_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        case = self.found(request, object_id)
        see(case_id=case.pk, user_id=request.user.pk, now=timezone.now())
        return self.shown(request, case)

    def move_view(self, request: HttpRequest, object_id: int, name: str) -> HttpResponse:
        """
        Make one move; a refusal is a message, and a form that lacks something comes back.

        So does one whose author has not seen what others did meanwhile, and one that came while
        somebody else held the case.
        """
        case = self.found(request, object_id)
        if name not in FORMS:
            raise Http404
        form = FORMS[name](request.POST, case=case)
        if not form.is_valid():
            return self._came_back(request, object_id, name, form, status=400)
        try:
            move_as_seen(
                CALLS[name],
                case_id=case.pk,
                seen=seen_in(request.POST),
                by=reader_of(request),
                now=timezone.now(),
                **form.cleaned_data,
            )
        except BusyError as busy:
            messages.error(request, str(busy))
            return self._came_back(request, object_id, name, form, status=409)
        except UnseenError:
            return self._came_back(request, object_id, name, form, status=409)
        except IllegalMoveError as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(self.address_of(case))

    def tie_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Tie the case to a site or to works, or untie it; a refusal is a message."""
        case = self.found(request, object_id)
        form = ties.TieForm(request.POST)
        if not ties.may_tie(request, case):
            raise PermissionDenied
        if not form.is_valid():
            raise Http404
        try:
            ties.take(request, case, form.cleaned_data)
        except IllegalMoveError as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(f"{self.address_of(case)}#network")

    def complex_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Mark the case as complex, or take the mark off; a refusal is a message."""
        case = self.found(request, object_id)
        form = complexity.MarkForm(request.POST)
        if not complexity.may_mark(request, case):
            raise PermissionDenied
        if not form.is_valid():
            raise Http404
        try:
            complexity.take(request, case, form.cleaned_data)
        except IllegalMoveError as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(f"{self.address_of(case)}#complexity")

    def _came_back(
        self, request: HttpRequest, object_id: int, name: str, form: MoveForm, *, status: int
    ) -> HttpResponse:
        """The page as it is by now, with a form that was not taken as it was filled in."""
        case = self.found(request, object_id)
        missed = meanwhile(request, case, name, form)
        status = 409 if missed else status
        return self.shown(request, case, forms={name: form}, missed=missed, status=status)

    def found(self, request: HttpRequest, object_id: int) -> Case:
        """:raises Http404: there is no such case of its kind, or it is behind a wall"""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = self.get_queryset(request).defer(None).with_newest_event()
        whole = rows.select_related("brand", "region", "topic", "team", "engineer", "cause")
        return get_object_or_404(whole, pk=object_id)

    def shown(
        self,
        request: HttpRequest,
        case: Case,
        *,
        forms: dict[str, MoveForm] | None = None,
        missed: Meanwhile | None = None,
        comment: CommentForm | None = None,
        status: int = 200,
    ) -> TemplateResponse:
        """The page; a form that came back is shown in place of an empty one."""
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "title": str(case),
            "opts": self.opts,
            "original": case,
            "media": self.media,
            "pages": self._pages(),
            "missed": missed,
            **head.context_of(request, case, forms or {}, missed.name if missed else ""),
            **comments.context_of(request, case, comment),
            "panels": parts.rendered(self.panels, request, case),
            "side_panels": parts.rendered(self.side_panels, request, case),
            "story": story.context_of(request, case, self.sources),
        }
        return TemplateResponse(request, "admin/spots/spot/page.html", context, status=status)

    def _pages(self) -> dict[str, str]:
        """The names of the addresses that the page's forms go to."""
        name = self.opts.model_name
        return {page: f"admin:spots_{name}_{page}" for page in ("change", "move", "comment")}
