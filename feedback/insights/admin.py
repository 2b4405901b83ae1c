"""Insights in the admin: the board, raising, the page of each with its moves, and departments."""

from collections.abc import Callable
from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from complaints.admin_theme import HistoryAdmin, ReadOnlyAdmin, display
from complaints.customers.personal import scrubbed
from complaints.customers.reader import name_of, reader_of, walls_of
from complaints.row_number import row_number
from feedback.comments.models import Comment
from feedback.insights import transitions
from feedback.insights.board import MOST, BoardForm, columns
from feedback.insights.forms import MoveForm, RaiseForm, departments
from feedback.insights.measuring import DAYS, EFFECT_DAYS, effect_of, loop_of
from feedback.insights.models import Insight, InsightQuerySet, InsightStep
from feedback.insights.states import WAITING, Helped, Kind, State
from spots.cases.wording import moment

BOARD = "admin:feedback_insight_board"


class InsightAdmin(ReadOnlyAdmin):
    """Insights as a list; only moves write. The board is what people open."""

    change_form_template = "admin/feedback/insight/change_form.html"
    list_display = ("title", "department", "state_shown", "owner_shown", "votes", "raised")
    list_filter = ("state", "department")
    list_select_related = ("department", "owner")
    list_per_page = 50
    list_fullwidth = True
    show_full_result_count = False
    ordering = ("-votes", "-pk")
    search_fields = ("title",)
    fields = (
        *("title", "said", "author", "department", "state_shown", "owner_shown", "next_on"),
        *("votes", "same_as", "answer", "look_on", "helped", "steps_shown"),
    )
    readonly_fields = fields

    class Media:
        css = {"all": ("feedback/staff.css",)}

    def get_queryset(self, request: HttpRequest) -> InsightQuerySet:
        return cast(InsightQuerySet, super().get_queryset(request)).within(walls_of(request))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("all/", view(self.board_view), name="feedback_insight_board"),
            path("raise/", view(self.raise_view), name="feedback_insight_raise"),
            path(
                "<int:insight_id>/move/<slug:kind>/",
                view(require_POST(self.move_view)),
                name="feedback_insight_move",
            ),
            path(
                "<int:insight_id>/vote/",
                view(require_POST(self.vote_view)),
                name="feedback_insight_vote",
            ),
        ]
        return [*own, *super().get_urls()]

    def board_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = BoardForm(request.GET)
        rows = form.of(Insight.objects.within(walls_of(request)), reader_of(request).pk)
        page = {
            **self.admin_site.each_context(request),
            "title": _("Insights"),
            "form": form,
            "columns": columns(rows, request),
            "loop": loop_of(rows, now=timezone.now()),
            "loop_days": DAYS,
            "to_look_at": rows.to_look_at(timezone.localdate()).order_by("look_on", "pk")[:MOST],
            "may_raise": request.user.has_perm("feedback.raise_insight"),
        }
        return TemplateResponse(request, "admin/feedback/insight/board.html", page)

    def raise_view(self, request: HttpRequest) -> HttpResponse:
        """:raises Http404: it is of a comment that this reader does not see"""
        if not request.user.has_perm("feedback.raise_insight"):
            raise PermissionDenied
        comment = self._comment(request)
        form = RaiseForm(
            request.POST or None, walls=walls_of(request), of_comment=comment is not None
        )
        if request.method == "POST" and form.is_valid():
            said = {"words": "", "brand": None, "region": None, **form.cleaned_data}
            insight = transitions.raise_insight(
                **said,
                comment_id=comment.pk if comment else None,
                by=reader_of(request),
                now=timezone.now(),
            )
            return HttpResponseRedirect(_page_of(insight.pk))
        page = {
            **self.admin_site.each_context(request),
            "title": _("A new insight"),
            "form": form,
            "said": scrubbed(comment.answer.words) if comment else "",
        }
        return TemplateResponse(request, "admin/feedback/insight/raise.html", page)

    def _comment(self, request: HttpRequest) -> Comment | None:
        if "comment" not in request.GET:
            return None
        number = row_number(request.GET["comment"])
        if number is None or not request.user.has_perm("feedback.view_comment"):
            raise Http404
        rows = Comment.objects.within(walls_of(request)).select_related("answer")
        comment = rows.filter(pk=number).first()
        if comment is None:
            raise Http404
        return comment

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        more = {
            "may_work": request.user.has_perm("feedback.work_insight"),
            "may_vote": request.user.has_perm("feedback.raise_insight"),
            "waits": row is not None and row.state in WAITING,
            "departments": departments(),
            "is_done": row is not None and row.state == State.DONE,
            "helped_choices": Helped.choices,
            "effect": effect_of(row, now=timezone.now()) if row is not None else None,
            "effect_days": EFFECT_DAYS,
        }
        response: HttpResponse = super().change_view(
            request, object_id, form_url, {**(extra_context or {}), **more}
        )
        return response

    def vote_view(self, request: HttpRequest, insight_id: int) -> HttpResponse:
        if not request.user.has_perm("feedback.raise_insight"):
            raise PermissionDenied
        self._refuse_unseen(request, insight_id)
        wanted = request.POST.get("wanted") != "no"
        transitions.vote(
            insight_id=insight_id, wanted=wanted, by=reader_of(request), now=timezone.now()
        )
        return HttpResponseRedirect(reverse(BOARD))

    def move_view(self, request: HttpRequest, insight_id: int, kind: str) -> HttpResponse:
        """:raises Http404: there is no such insight for this reader, or no such move"""
        if not self.has_view_permission(request):
            raise PermissionDenied
        self._refuse_unseen(request, insight_id)
        form = MoveForm(request.POST)
        call = _CALLS.get(kind)
        if call is None or not form.is_valid():
            raise Http404
        try:
            call(form, insight_id=insight_id, by=reader_of(request), now=timezone.now())
        except transitions.RefusedError as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(_page_of(insight_id))

    def _refuse_unseen(self, request: HttpRequest, insight_id: int) -> None:
        if not self.get_queryset(request).filter(pk=insight_id).exists():
            raise Http404

    @display(description=gettext_lazy("in their own words"))
    def said(self, row: Insight) -> SafeString:
        return format_html('<div class="said">{}</div>', scrubbed(row.words) or "—")

    @display(description=gettext_lazy("author"))
    def author(self, row: Insight) -> str:
        return _("a customer, in a comment") if row.comment_id else name_of(row.raised_by)

    @display(description=gettext_lazy("state"), ordering="state")
    def state_shown(self, row: Insight) -> SafeString:
        words = row.get_state_display()
        return format_html('<span class="told-state insight-{}">{}</span>', row.state, words)

    @display(description=gettext_lazy("owner"), ordering="owner")
    def owner_shown(self, row: Insight) -> str:
        return name_of(row.owner) or "—"

    @display(description=gettext_lazy("raised at"), ordering="raised_at")
    def raised(self, row: Insight) -> str:
        return moment(row.raised_at)

    @display(description=gettext_lazy("steps"))
    def steps_shown(self, row: Insight) -> SafeString:
        steps = row.steps.select_related("by").order_by("pk")
        return format_html_join(
            "",
            '<p class="said"><b>{}</b> {} {}<br>{}</p>',
            (
                (one.get_kind_display(), moment(one.at), name_of(one.by), _note_of(one))
                for one in steps
            ),
        )


def _note_of(step: InsightStep) -> str:
    if step.kind == Kind.LOOK:
        code, _space, note = step.note.partition(" ")
        return ": ".join(part for part in (str(Helped(code).label), note) if part)
    if step.kind != Kind.TAKE or not step.note:
        return step.note
    return _("next word by %(day)s") % {"day": date_format(date.fromisoformat(step.note), "j E Y")}


def _page_of(insight_id: int) -> str:
    return reverse("admin:feedback_insight_change", args=[insight_id])


def _send(form: MoveForm, **told: Any) -> Insight:
    department = form.cleaned_data["department"]
    if department is None:
        raise transitions.RefusedError(_("Say to which department."))
    return transitions.send(department=department, **told)


def _join(form: MoveForm, *, by: Any, **told: Any) -> Insight:
    """Another that the person sees, too."""
    rows = Insight.objects.within(by.walls).filter(pk=form.cleaned_data["same_as"] or 0)
    other = rows.first()
    if other is None:
        raise transitions.RefusedError(_("There is no such insight."))
    return transitions.join(into=other, by=by, **told)


def _look(form: MoveForm, **told: Any) -> Insight:
    said = form.cleaned_data
    if not said["helped"]:
        raise transitions.RefusedError(_("Say whether it helped."))
    return transitions.look(
        helped=Helped(said["helped"]), note=said["answer"], look_on=said["look_on"], **told
    )


_CALLS: dict[str, Callable[..., Insight]] = {
    "take": lambda form, **told: transitions.take(next_on=form.cleaned_data["next_on"], **told),
    "join": _join,
    "send": _send,
    "finish": lambda form, **told: transitions.finish(
        answer=form.cleaned_data["answer"], look_on=form.cleaned_data["look_on"], **told
    ),
    "look": _look,
    "decline": lambda form, **told: transitions.decline(answer=form.cleaned_data["answer"], **told),
    "reopen": lambda form, **told: transitions.reopen(**told),
}


class DepartmentAdmin(HistoryAdmin):
    list_display = ("name_ru", "name_en", "lead", "active")
    list_select_related = ("lead",)
    ordering = ("name_ru",)
    autocomplete_fields = ("lead",)
