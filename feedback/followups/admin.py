"""The queue of follow-ups, and the page on which one is worked to its end."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.admin import helpers
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_POST

from complaints.admin_theme import ReadOnlyAdmin, action, display
from complaints.customers.personal import scrubbed
from complaints.customers.reader import name_of, reader_of, walls_of
from feedback.comments.badges import alarm_badges
from feedback.followups import queue, transitions
from feedback.followups.giving import MOST_AT_ONCE, GiveForm, colleagues, give_all
from feedback.followups.models import AlarmRule, FollowUp, FollowUpQuerySet
from feedback.followups.states import Kind, Outcome, State
from feedback.surveys.wording import masked_customer, said_on, spot_link
from spots.cases.admin_only_row import OnlyRowAdmin
from spots.cases.wording import moment, time_left, urgency

# What a person chooses; that somebody was not reached is counted.
OUTCOMES = [one for one in Outcome.choices if one[0] != Outcome.NOT_REACHED]


class MoveForm(forms.Form):
    """What was done about a follow-up."""

    outcome = forms.ChoiceField(choices=OUTCOMES, required=False)
    note = forms.CharField(max_length=2000, required=False)
    misses = forms.IntegerField(min_value=0, max_value=2**31 - 1, required=False)


class FollowUpAdmin(ReadOnlyAdmin):
    """Follow-ups, those due first; only moves write."""

    change_form_template = "admin/feedback/followup/change_form.html"
    list_before_template = "admin/feedback/followup/queues.html"
    list_display = ("due", "alarms_shown", "customer_shown", "state_shown", "owner_shown", "spot")
    list_filter = (queue.QueueFilter, "outcome")
    list_select_related = ("customer", "owner", "case")
    list_per_page = 50
    list_fullwidth = True
    show_full_result_count = False
    ordering = ("due_at", "id")
    search_fields = ("=case__id",)
    search_help_text = gettext_lazy("Number of the spot")
    actions = ("take_all", "give_to")
    fields = (
        *("alarms_shown", "said", "customer_shown", "spot", "state_shown", "owner_shown"),
        *("due", "opened", "outcome", "closed", "steps_shown"),
    )
    readonly_fields = fields

    class Media:
        css = {"all": ("spots/queue/queue.css", "feedback/staff.css")}

    def get_queryset(self, request: HttpRequest) -> FollowUpQuerySet:
        return cast(FollowUpQuerySet, super().get_queryset(request)).within(walls_of(request))

    def get_urls(self) -> list[URLPattern]:
        move = self.admin_site.admin_view(require_POST(self.move_view))
        own = path("<int:followup_id>/move/<slug:kind>/", move, name="feedback_followup_move")
        return [own, *super().get_urls()]

    def has_work_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("feedback.work_followup")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        now, rows = timezone.now(), self.get_queryset(request)
        more = {"tabs": queue.tabs(rows, request, now=now), "came": queue.came(rows, now=now)}
        response: HttpResponse = super().changelist_view(request, {**(extra_context or {}), **more})
        return response

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        more = {
            "may_work": self.has_work_permission(request),
            "may_give": request.user.has_perm("feedback.give_gift"),
            "outcomes": OUTCOMES,
            "script": AlarmRule.in_force().script,
        }
        response: HttpResponse = super().change_view(request, object_id, form_url, more)
        return response

    def move_view(self, request: HttpRequest, followup_id: int, kind: str) -> HttpResponse:
        """:raises Http404: there is no such follow-up for this reader, or no such move"""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not self.get_queryset(request).filter(pk=followup_id).exists():
            raise Http404
        form = MoveForm(request.POST)
        if kind not in ("take", "miss", "close") or not form.is_valid():
            raise Http404
        try:
            self._moved(kind, followup_id, request, form)
        except transitions.RefusedError as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("admin:feedback_followup_change", args=[followup_id]))

    def _moved(self, kind: str, pk: int, request: HttpRequest, form: MoveForm) -> None:
        by, now = reader_of(request), timezone.now()
        note = form.cleaned_data["note"]
        match kind:
            case "take":
                transitions.take(followup_id=pk, by=by, now=now)
            case "miss":
                seen = form.cleaned_data["misses"]
                transitions.miss(followup_id=pk, note=note, seen=seen, by=by, now=now)
            case _:
                outcome = Outcome(form.cleaned_data["outcome"] or Outcome.EXPLAINED)
                transitions.close(followup_id=pk, outcome=outcome, note=note, by=by, now=now)

    @action(description=pgettext_lazy("follow-up", "Take"), permissions=["work"])
    def take_all(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        done = 0
        for pk in chosen.order_by("pk").values_list("pk", flat=True)[:500]:
            try:
                transitions.take(followup_id=pk, by=reader_of(request), now=timezone.now())
                done += 1
            except transitions.RefusedError as refusal:
                messages.error(request, str(refusal))
        if done:
            words = ngettext("%(n)d follow-up is yours.", "%(n)d follow-ups are yours.", done)
            messages.success(request, words % {"n": done})

    @action(description=pgettext_lazy("follow-up", "Give to…"), permissions=["work"])
    def give_to(self, request: HttpRequest, chosen: QuerySet[Any]) -> HttpResponse | None:
        """Ask to whom, then give; asked again with the same rows it gives nothing twice."""
        now, people = timezone.now(), colleagues(now=timezone.now())
        if not people:
            messages.error(request, _("Name the team that calls back, in the rule of alarms."))
            return None
        ids = list(chosen.order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE])
        form = GiveForm(request.POST, people=people)
        if "to" in request.POST and form.is_valid():
            to = next(one for one in people if one.user.pk == form.cleaned_data["to"])
            done, refused = give_all(ids, to=to.user, by=reader_of(request), now=now)
            for words in dict.fromkeys(refused):
                messages.error(request, words)
            if done:
                said = ngettext(
                    "%(n)d follow-up is with %(who)s.", "%(n)d follow-ups are with %(who)s.", done
                )
                messages.success(request, said % {"n": done, "who": to.name})
            return None
        page = {
            **self.admin_site.each_context(request),
            "title": _("Give follow-ups to…"),
            "opts": self.opts,
            "people": people,
            "ids": ids,
            "chosen": helpers.ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/feedback/followup/give.html", page)

    @display(description=gettext_lazy("due"), ordering="due_at")
    def due(self, row: FollowUp) -> SafeString:
        if row.state == State.CLOSED:
            was_late = format_html('<br><span class="told-why">{}</span>', _("was late"))
            return format_html("{}{}", moment(row.due_at), was_late if row.late_at else "")
        now = timezone.now()
        late = "told-failed" if urgency(row.due_at, now=now) == "late" else ""
        left = time_left(row.due_at, now=now)
        return format_html('<span class="told-state {}">{}</span>', late, left)

    @display(description=gettext_lazy("opened at"))
    def opened(self, row: FollowUp) -> str:
        return moment(row.opened_at)

    @display(description=gettext_lazy("closed at"))
    def closed(self, row: FollowUp) -> str:
        return moment(row.closed_at) if row.closed_at else "—"

    @display(description=gettext_lazy("alarms"))
    def alarms_shown(self, row: FollowUp) -> SafeString:
        return alarm_badges(row.alarms)

    @display(description=gettext_lazy("customer"))
    def customer_shown(self, row: FollowUp) -> SafeString:
        return masked_customer(row.customer)

    @display(description=gettext_lazy("state"), ordering="state")
    def state_shown(self, row: FollowUp) -> SafeString:
        colour = {State.OPEN: "uncertain", State.TAKEN: "claimed"}.get(
            State(row.state), "delivered"
        )
        words = row.get_outcome_display() or row.get_state_display()
        return format_html('<span class="told-state told-{}">{}</span>', colour, words)

    @display(description=gettext_lazy("owner"), ordering="owner")
    def owner_shown(self, row: FollowUp) -> str:
        return name_of(row.owner) or "—"

    @display(description=gettext_lazy("spot"), ordering="case")
    def spot(self, row: FollowUp) -> SafeString:
        return spot_link(row.case)

    @display(description=gettext_lazy("what the customer said"))
    def said(self, row: FollowUp) -> SafeString:
        lines = said_on(row.invitation) if row.invitation else _texts_of(row)
        return format_html_join("", '<p class="said"><b>{}</b><br>{}</p>', lines)

    @display(description=gettext_lazy("what was done"))
    def steps_shown(self, row: FollowUp) -> SafeString:
        steps = row.steps.select_related("by", "to").order_by("pk")
        return format_html_join(
            "",
            '<p class="said"><b>{}</b> {} {}<br>{}</p>',
            (
                (
                    " ".join((str(one.get_kind_display()), name_of(one.to))),
                    moment(one.at),
                    name_of(one.by),
                    scrubbed(one.note),
                )
                for one in steps
            ),
        )


class AlarmRuleAdmin(OnlyRowAdmin):
    list_display = ("__str__", "csat_up_to", "nps_up_to", "hours", "team", "sharing")
    list_select_related = ("team",)


def _texts_of(row: FollowUp) -> list[tuple[str, str]]:
    """Return what the customer wrote, each with when."""
    texts = row.steps.filter(kind__in=[Kind.RAISED, Kind.WROTE]).order_by("pk")
    return [(moment(one.at), scrubbed(one.note)) for one in texts]
