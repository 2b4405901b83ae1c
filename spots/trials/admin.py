"""Trials of rules in the admin: read, stopped, let go on, and put into force."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.admin import RelatedOnlyFieldListFilter
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from complaints.admin_theme import ReadOnlyAdmin, display
from complaints.customers.reader import walls_of
from spots.trials import page
from spots.trials import transitions as transitions
from spots.trials.models import Trial, TrialQuerySet
from spots.trials.transitions import OPEN, TrialRefusedError

CHANGE = "admin:spots_trial_change"


class TrialAdmin(ReadOnlyAdmin):
    """A trial is started from its rule's page, and worked off by a sweep."""

    list_display = (
        *("made_at", "rule", "brand", "region", "period", "state", "progress_shown"),
        *("found_count", "by"),
    )
    list_filter = ("state", ("rule", RelatedOnlyFieldListFilter))
    list_select_related = ("rule", "brand", "region", "by")
    ordering = ("-made_at", "-pk")
    show_full_result_count = False

    class Media:
        css = {"all": ("spots/case/case.css", "spots/watching/watching.css")}

    def get_queryset(self, request: HttpRequest) -> TrialQuerySet:
        rows = cast(TrialQuerySet, super().get_queryset(request)).within(walls_of(request))
        return rows.without_results()

    @display(description=gettext_lazy("period"), ordering="since")
    def period(self, trial: Trial) -> str:
        first, last = (timezone.localtime(at) for at in (trial.since, trial.until))
        return " – ".join(date_format(day, "SHORT_DATE_FORMAT") for day in (first, last))

    @display(description=gettext_lazy("done"))
    def progress_shown(self, trial: Trial) -> SafeString:
        done = page.percent(trial)
        return format_html('<progress max="100" value="{}"></progress> {} %', done, done)

    @display(description=gettext_lazy("found"))
    def found_count(self, trial: Trial) -> int:
        return trial.found_count

    # Pages: the list, the trial, its progress for a script, and what is done with it

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("<int:object_id>/change/", view(self.trial_view), name="spots_trial_change"),
            path(
                "<int:object_id>/progress/",
                view(self.progress_view),
                name="spots_trial_progress",
            ),
            path(
                "<int:object_id>/<slug:move>/now/",
                view(require_POST(self.move_view)),
                name="spots_trial_move",
            ),
        ]
        return [*own, *super().get_urls()]

    def trial_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        trial = self._found(request, object_id, whole=True)
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "title": str(trial),
            "opts": self.opts,
            "original": trial,
            "media": self.media,
            **page.context_of(request, trial),
        }
        return TemplateResponse(request, "admin/spots/trial/page.html", context)

    def progress_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """How far it is, as the page's script asks every two seconds."""
        trial = self._found(request, object_id)
        return JsonResponse(
            {
                "percent": page.percent(trial),
                "found": trial.found_count,
                "running": trial.state in OPEN,
                "state": trial.get_state_display(),
            }
        )

    def move_view(self, request: HttpRequest, object_id: int, move: str) -> HttpResponse:
        """Stop, go on, or put into force; a refusal is a message."""
        trial = self._found(request, object_id)
        if move not in ("stop", "go-on", "apply"):
            raise Http404
        allowed = page.may_steer(request, trial)
        if not (request.user.has_perm(page.APPLY) if move == "apply" else allowed):
            raise PermissionDenied
        try:
            if move == "stop":
                transitions.cancel(trial)
            elif move == "go-on":
                transitions.resume(trial)
            else:
                transitions.put_into_force(trial, by=request.user, now=timezone.now())
                messages.success(request, _("The rule is in force as it was tried."))
        except TrialRefusedError as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse(CHANGE, args=[trial.pk]))

    def _found(self, request: HttpRequest, object_id: int, *, whole: bool = False) -> Any:
        """:raises Http404: there is no such trial, or it is behind a wall"""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows: Any = self.get_queryset(request)
        if whole:
            rows = rows.defer(None).select_related("rule", "brand", "region", "by")
        return get_object_or_404(rows, pk=object_id)
