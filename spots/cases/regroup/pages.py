"""Regrouping by hand: choose on the map, look at what will be, agree to it; and undo."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Media
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.admin_theme import ModelAdmin
from complaints.customers.reader import name_of, reader_of, walls_of
from complaints.intake.models import Complaint
from spots.cases.models import Case
from spots.cases.regroup import surroundings
from spots.cases.regroup.forms import RegroupForm
from spots.cases.regroup.going import returns_of
from spots.cases.regroup.plans import (
    NEEDS_OTHER,
    Action,
    Outcome,
    Plan,
    Undoing,
    carry_out,
    rehearse,
)
from spots.cases.regroup.standing import Part, sealed
from spots.cases.states import ENDED, Permission
from spots.cases.transitions import IllegalMoveError
from spots.cases.transitions.regroupings import regrouping_of
from spots.cases.wording import moment

FOLDER = "admin/spots/spot/regroup/"


class RegroupedAdmin(ModelAdmin):
    """An admin of spots that people merge and split."""

    def found(self, request: HttpRequest, object_id: int) -> Case:
        """:raises Http404: there is no such case, or it is behind a wall"""
        raise NotImplementedError

    def regroup_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:object_id>/regroup/", view(self.regroup_view), name="spots_spot_regroup"),
            path(
                "<int:object_id>/undo/<int:event_id>/",
                view(self.undo_view),
                name="spots_spot_undo",
            ),
        ]

    def regroup_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Choose; then what it would come to; then, when that is agreed to, do it."""
        case = self._to_regroup(request, object_id)
        if case.state in ENDED:
            messages.error(request, _("It has ended: nothing can be regrouped."))
            return HttpResponseRedirect(_page(case.pk))
        if request.method != "POST":
            return self._choosing(request, case)
        form = RegroupForm(request.POST)
        step = request.POST.get("step")
        if step == "choose" or not form.is_valid():
            return self._choosing(request, case, form)
        plan = self._plan(request, case, form.cleaned_data)
        by, now = reader_of(request), timezone.now()
        try:
            if step != "confirm":
                return self._preview(request, case, plan, rehearse(plan, by=by, now=now))
            outcome = carry_out(plan, seen=form.cleaned_data["seen"], by=by, now=now)
        except IllegalMoveError as refusal:
            messages.error(request, str(refusal))
            return self._choosing(request, case, form)
        if outcome.changes:
            return self._preview(request, case, plan, outcome)
        messages.success(request, _("Done. “Undo” is beside it in what happened."))
        return HttpResponseRedirect(f"{_page(outcome.case_id)}#events")

    def undo_view(self, request: HttpRequest, object_id: int, event_id: int) -> HttpResponse:
        """Show what taking a regrouping back would come to; then, when that is agreed to, do it."""
        case = self._to_regroup(request, object_id)
        undoing = self._undoing(request, case, event_id)
        by, now = reader_of(request), timezone.now()
        changes: list[str] = []
        try:
            if request.method == "POST":
                seen = request.POST.get("seen", "")
                outcome = carry_out(undoing, seen=seen, by=by, now=now)
                if not outcome.changes:
                    messages.success(request, _("Undone."))
                    return HttpResponseRedirect(f"{_page(case.pk)}#events")
                changes = outcome.changes
            outcome = rehearse(undoing, by=by, now=now)
        except IllegalMoveError as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(f"{_page(case.pk)}#events")
        return self._undo_preview(request, case, undoing, replace(outcome, changes=changes))

    def _undoing(self, request: HttpRequest, case: Case, event_id: int) -> Undoing:
        """:raises Http404: it is no regrouping of the case, or one of its cases is behind a wall"""
        done = regrouping_of(event_id)
        if done is None or case.pk not in done.case_ids:
            raise Http404
        # Whoever may not see one of the cases may not change it either.
        seen = Case.objects.within(walls_of(request)).filter(pk__in=done.case_ids)
        if len(done.case_ids) != seen.count():
            raise Http404
        return Undoing(done)

    def _to_regroup(self, request: HttpRequest, object_id: int) -> Case:
        case = self.found(request, object_id)
        if not request.user.has_perm(Permission.DISPATCH):
            raise PermissionDenied
        return case

    def _plan(self, request: HttpRequest, case: Case, said: dict[str, Any]) -> Plan:
        """:raises Http404: the other spot is not there, or it is behind a wall"""
        action = Action(said["action"])
        other = said["other"] if action in NEEDS_OTHER else None
        if other:
            get_object_or_404(Case.objects.within(walls_of(request)).spots(), pk=other)
        seen = Complaint.objects.within(walls_of(request)).filter(pk__in=said["complaints"])
        ids = seen.order_by("pk").values_list("pk", flat=True)
        return Plan(action, case.pk, other, tuple(ids), said["note"])

    def _choosing(
        self, request: HttpRequest, case: Case, form: RegroupForm | None = None
    ) -> TemplateResponse:
        walls, now = walls_of(request), timezone.now()
        near = surroundings.neighbours(case, walls=walls)
        may_see = request.user.has_perm("complaints.view_complaint")
        shown = surroundings.candidates(case, walls=walls, now=now) if may_see else []
        members = sum(not one.free for one in shown)
        context = {
            "candidates": shown,
            "neighbours": near,
            "hidden": case.complaints - members,
            "members": members,
            "form": form,
            "other": form["other"].value() if form else "",
            "drawing": {
                "outline": _ring(case),
                "centre": list(case.centre.coords),
                "dots": [[one.id, *one.at, one.free] for one in shown if one.at],
                "neighbours": [{"number": one.number, "outline": one.outline} for one in near],
            },
        }
        return self._page(request, case, "page.html", context)

    def _preview(
        self, request: HttpRequest, case: Case, plan: Plan, outcome: Outcome
    ) -> TemplateResponse:
        context = {
            "plan": plan,
            "chosen": ",".join(str(pk) for pk in plan.complaint_ids),
            "parts": outcome.parts,
            "changes": outcome.changes,
            "seen": sealed(outcome.parts),
            "drawing": {"parts": [_drawn(part) for part in outcome.parts]},
        }
        return self._page(request, case, "preview.html", context)

    def _undo_preview(
        self, request: HttpRequest, case: Case, undoing: Undoing, outcome: Outcome
    ) -> TemplateResponse:
        event, zone = undoing.done.event, case.region.time_zone
        may_see = request.user.has_perm("complaints.view_complaint")
        walls = walls_of(request) if may_see else None
        context = {
            "event": event,
            "when": moment(event.at, zone),
            "who": name_of(event.by) if event.by else "",
            "returns": returns_of(undoing.done, outcome.went, walls=walls, zone=zone),
            "parts": outcome.parts,
            "changes": outcome.changes,
            "seen": sealed(outcome.parts),
            "drawing": {"parts": [_drawn(part) for part in outcome.parts]},
        }
        return self._page(request, case, "undo.html", context)

    def _page(
        self, request: HttpRequest, case: Case, name: str, context: dict[str, Any]
    ) -> TemplateResponse:
        request.current_app = self.admin_site.name
        frame = {
            **self.admin_site.each_context(request),
            "title": _("Regroup № %(n)s") % {"n": case.pk},
            "opts": self.opts,
            "original": case,
            "case": case,
            "media": self.media + Media(css={"all": ("spots/case/regroup.css",)}),
        }
        return TemplateResponse(request, FOLDER + name, {**frame, **context})


def _page(case_id: int) -> str:
    return reverse("admin:spots_spot_change", args=[case_id])


def _ring(case: Case) -> list[Any]:
    return list(case.outline.coords[0]) if case.outline else []


def _drawn(part: Part) -> dict[str, Any]:
    """The outlines of a part; one that lives on in another has none afterwards."""
    return {
        "name": part.name,
        "before": part.before.outline if part.before else [],
        "after": part.after.outline if part.after.complaints else [],
    }
