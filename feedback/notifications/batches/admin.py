"""Batches in the admin: made, looked at, started, approved, paused, cancelled; and their limits."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from complaints.admin_theme import ReadOnlyAdmin, Select, TextInput, display
from complaints.customers.reader import reader_of, walls_of
from complaints.customers.walls import Walls
from complaints.row_number import row_number
from feedback.notifications import transitions
from feedback.notifications.batches import page as batch_page
from feedback.notifications.batches.models import Announcement, AnnouncementQuerySet
from feedback.notifications.batches.states import FROM, BatchState, Step
from feedback.surveys.wording import spot_link
from spots.cases.admin_only_row import OnlyRowAdmin
from spots.cases.models import Case
from spots.cases.states import WORKING
from spots.cases.wording import moment
from spots.network.models import NetworkEvent

CHANGE = "admin:feedback_announcement_change"


class NewBatchForm(forms.Form):
    """Of what those who live near by are told: a spot that is worked on, or planned works."""

    case = forms.ModelChoiceField(
        Case.objects.none(),
        required=False,
        label=gettext_lazy("Number of the spot"),
        widget=TextInput(attrs={"inputmode": "numeric"}),
    )
    works = forms.ModelChoiceField(
        NetworkEvent.objects.none(),
        required=False,
        label=gettext_lazy("Planned works"),
        widget=Select,
    )

    def __init__(self, *args: Any, walls: Walls, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cases = Case.objects.within(walls).spots().filter(state__in=WORKING)
        self._offer("case", cases.select_related("brand", "region"))
        ahead = Q(ends_at=None) | Q(ends_at__gt=timezone.now())
        works = NetworkEvent.objects.within(walls).filter(ahead, kind=NetworkEvent.Kind.WORKS)
        self._offer("works", works.order_by("starts_at", "pk"))

    def _offer(self, name: str, rows: QuerySet[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.errors and bool(said.get("case")) == bool(said.get("works")):
            raise forms.ValidationError(_("Name a spot or works, one of the two."))
        return said


class AnnouncementAdmin(ReadOnlyAdmin):
    """What is told to many at once. Only moves write."""

    list_display = ("begun", "reason", "about", "state_shown", "recipients", "told", "asked_by")
    list_display_links = ("begun", "reason")
    list_filter = ("state", "reason", "brand")
    list_select_related = ("case", "works", "asked_by")
    list_per_page = 50
    list_fullwidth = True
    show_full_result_count = False
    ordering = ("-begun_at", "-id")
    search_fields = ("=case__id",)
    search_help_text = gettext_lazy("Number of the spot")

    class Media:
        css = {"all": ("feedback/staff.css", "feedback/batch.css", "spots/case/case.css")}

    def get_queryset(self, request: HttpRequest) -> AnnouncementQuerySet:
        rows = cast(AnnouncementQuerySet, super().get_queryset(request))
        return rows.within(walls_of(request)).exclude(
            recipients=0, told=0, anonymous=0, event__isnull=False
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(transitions.START)

    @display(description=gettext_lazy("begun at"), ordering="begun_at")
    def begun(self, batch: Announcement) -> str:
        return moment(batch.begun_at)

    @display(description=pgettext_lazy("batch", "about what"))
    def about(self, batch: Announcement) -> SafeString | str:
        return spot_link(batch.case) if batch.case else str(batch.works)

    @display(description=gettext_lazy("state"), ordering="state")
    def state_shown(self, batch: Announcement) -> SafeString:
        return format_html(
            '<span class="told-state batch-{}">{}</span>', batch.state, batch.get_state_display()
        )

    # Pages: making one, looking at it, and what is done with it

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path(
                "<int:object_id>/change/",
                view(self.batch_view),
                name="feedback_announcement_change",
            ),
            path(
                "<int:object_id>/<slug:step>/now/",
                view(require_POST(self.step_view)),
                name="feedback_announcement_step",
            ),
        ]
        return [*own, *super().get_urls()]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Choose of what neighbours are told; the page of the batch shows what it will send."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = NewBatchForm(
            request.POST or None, walls=walls_of(request), initial={"case": request.GET.get("case")}
        )
        if form.is_valid() and (batch := _made(request, form)):
            return HttpResponseRedirect(reverse(CHANGE, args=[batch.pk]))
        context = self._context(request, title=_("Tell those who live near by"), form=form)
        return TemplateResponse(request, "admin/feedback/batch/new.html", context)

    def batch_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        batch = self._found(request, object_id)
        more = batch_page.context_of(request, batch)
        context = self._context(request, title=str(batch), original=batch, **more)
        return TemplateResponse(request, "admin/feedback/batch/page.html", context)

    def step_view(self, request: HttpRequest, object_id: int, step: str) -> HttpResponse:
        """Start, approve, pause, go on or cancel; a refusal is a message."""
        batch = self._found(request, object_id)
        if step not in FROM:
            raise Http404
        try:
            done = transitions.step(
                batch_id=batch.pk,
                step=Step(step),
                by=reader_of(request),
                seen=row_number(request.POST.get("seen", "")),
                now=timezone.now(),
            )
        except transitions.BatchRefusedError as refusal:
            messages.error(request, str(refusal))
        else:
            waits = done.state == BatchState.WAITING and done.asked_by_id != request.user.pk
            if step == Step.APPROVE and waits:
                said = _("It concerns more people by now, %(n)d: look at it again.")
                messages.warning(request, said % {"n": done.recipients})
        return HttpResponseRedirect(reverse(CHANGE, args=[batch.pk]))

    def _found(self, request: HttpRequest, object_id: int) -> Announcement:
        """:raises Http404: there is no such batch, or it is behind a wall"""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = self.get_queryset(request).select_related(
            "case", "works", "brand", "region", "asked_by", "approved_by"
        )
        return get_object_or_404(rows, pk=object_id)

    def _context(self, request: HttpRequest, **more: Any) -> dict[str, Any]:
        request.current_app = self.admin_site.name
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "media": self.media,
            **more,
        }


def _made(request: HttpRequest, form: NewBatchForm) -> Announcement | None:
    said, by, now = form.cleaned_data, reader_of(request), timezone.now()
    try:
        if said["case"]:
            return transitions.make_for_area(case=said["case"], by=by, now=now)
        return transitions.make_for_works(works=said["works"], by=by, now=now)
    except transitions.BatchRefusedError as refusal:
        form.add_error(None, str(refusal))
        return None


class SendingRuleAdmin(OnlyRowAdmin):
    list_display = ("__str__", "per_day", "per_week", "approve_above", "eta_moved_minutes")
