"""How good what was learnt of comments is: each version beside the word lists, label by label."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from complaints.admin_theme import ReadOnlyAdmin, action, display
from feedback.comments import transitions
from feedback.comments.classifier import Measured
from feedback.comments.labels import LABELS
from feedback.comments.models import Comment, LearntSorting
from feedback.surveys.scores import wilson
from spots.cases.wording import moment


@dataclass(frozen=True)
class Share:
    """A share in percent, its 95 % interval, and what it is a share of."""

    percent: float
    low: float
    high: float
    part: int
    whole: int


@dataclass(frozen=True)
class Line:
    """One label: how good what was learnt, and the words, are at it."""

    label: str
    in_use: bool
    precision: Share | None
    recall: Share | None
    words_precision: Share | None
    words_recall: Share | None


class LearntSortingAdmin(ReadOnlyAdmin):
    """Versions of what was learnt, the newest first. The newest that is on is in force."""

    change_form_template = "admin/feedback/learntsorting/change_form.html"
    list_display = ("version", "made", "examples", "labels_used", "switched_on")
    list_per_page = 50
    ordering = ("-pk",)
    readonly_fields = ("version", "made", "examples", "switched_on", "sorted_so_far")
    fieldsets = (
        (
            None,
            {
                "fields": readonly_fields,
                "description": gettext_lazy(
                    "A label is used where it is better than the words, also without any one"
                    " person's corrections; alarms that the words find always stand. What one"
                    " person taught more than half of waits here: see whether their corrections"
                    " are right, then use it."
                ),
            },
        ),
    )
    actions = ("switch_on", "switch_off")

    class Media:
        css = {"all": ("heatmaps_project/figures.css", "feedback/staff.css")}

    def has_switch_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("feedback.change_learntsorting")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        more = {"lines": list(_lines(row)) if row else ()}
        response: HttpResponse = super().change_view(request, object_id, form_url, more)
        return response

    @display(description=gettext_lazy("version"), ordering="pk")
    def version(self, row: LearntSorting) -> str:
        return str(row)

    @display(description=gettext_lazy("learnt at"), ordering="made_at")
    def made(self, row: LearntSorting) -> str:
        return moment(row.made_at)

    @display(description=gettext_lazy("used for"))
    def labels_used(self, row: LearntSorting) -> str:
        names = dict(LABELS)
        return ", ".join(str(names[label]) for label in sorted(row.used) if label in names) or "—"

    @display(description=gettext_lazy("comments sorted with it"))
    def sorted_so_far(self, row: LearntSorting) -> int:
        return Comment.objects.filter(sorted_by=row).count()

    @action(description=gettext_lazy("Use again"), permissions=["switch"])
    def switch_on(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        self._switch(request, chosen, on=True)

    @action(description=gettext_lazy("Do not use"), permissions=["switch"])
    def switch_off(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        self._switch(request, chosen, on=False)

    def _switch(self, request: HttpRequest, chosen: QuerySet[Any], *, on: bool) -> None:
        rows = list(chosen.defer("content"))  # of megabytes
        count = transitions.switch(sorting_ids=[row.pk for row in rows], on=on)
        for row in rows:
            self.log_change(request, row, _("Use again") if on else _("Do not use"))
        if on:
            said = ngettext("%(n)d version may be used.", "%(n)d versions may be used.", count)
        else:
            said = ngettext(
                "%(n)d version is not used any more.",
                "%(n)d versions are not used any more.",
                count,
            )
        messages.success(request, said % {"n": count})


def _lines(row: LearntSorting) -> Iterator[Line]:
    """Return the labels that could be learnt, in the order of the lists."""
    for label, name in LABELS:
        if label in row.measures:
            told = row.measures[label]
            model, words = Measured(**told["by_model"]), Measured(**told["by_words"])
            yield Line(
                str(name),
                told["in_use"],
                _share(model.right, model.right + model.wrong),
                _share(model.right, model.right + model.missed),
                _share(words.right, words.right + words.wrong),
                _share(words.right, words.right + words.missed),
            )


def _share(part: int, whole: int) -> Share | None:
    """Return a share with its interval; None: of nothing there is none."""
    if not whole:
        return None
    low, high = wilson(part, whole)
    return Share(100 * part / whole, 100 * low, 100 * high, part, whole)
