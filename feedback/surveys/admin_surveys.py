"""The builder of surveys, and the list of whom we asked and whom not."""

from collections.abc import Sequence
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from complaints.admin_theme import ReadOnlyAdmin, StackedInline, display
from complaints.customers.own_brands import OwnBrandsAdmin
from complaints.customers.reader import walls_of
from complaints.geocoding.models import Region
from feedback.surveys import transitions
from feedback.surveys.bank import BY_CODE, THEMES, Theme
from feedback.surveys.building import QuestionFormSet, SurveyForm, previewed
from feedback.surveys.catalogue import QuestionKind, Survey, SurveyQuerySet
from feedback.surveys.drafts import SurveyQuestion
from feedback.surveys.languages import in_language
from feedback.surveys.models import Invitation, InvitationQuerySet
from feedback.surveys.questions import MOST
from feedback.surveys.why import answered
from feedback.surveys.wording import masked_customer, spot_link, touch_point_in_words
from spots.cases.wording import moment


def _offered(theme: Theme) -> dict[str, Any]:
    name = in_language(theme.name, (get_language() or "ru")[:2])
    questions = [(one, QuestionKind(one.kind).label) for one in theme.questions]
    return {"code": theme.code, "name": name, "questions": questions, "many": len(questions)}


class QuestionInline(StackedInline):
    model = SurveyQuestion
    formset = QuestionFormSet
    extra = 0
    max_num = 6
    ordering = ("number",)
    fields = (
        ("number", "kind"),
        ("words_ru", "words_en"),
        ("options_ru", "options_en"),
        ("if_question", "if_relation", "if_value"),
    )


class SurveyAdmin(OwnBrandsAdmin):
    """Surveys as they are built. What was asked already stays as it was asked: a version."""

    form = SurveyForm
    change_form_template = "admin/feedback/survey/change_form.html"
    list_display = ("name", "active", "trigger", "brand", "rank", "invited_shown")
    list_filter = ("active", "trigger")
    list_select_related = ("brand",)
    ordering = ("-active", "rank", "name")
    inlines = (QuestionInline,)
    fieldsets = (
        (None, {"fields": (("name", "active"), "brand")}),
        (
            gettext_lazy("Whom, and when"),
            {
                "fields": (
                    "trigger",
                    ("touch_point", "per_day"),
                    ("delay_count", "delay_unit"),
                    ("share", "segment"),
                    "topics",
                    "regions",
                    "units",
                    ("months", "weekdays"),
                )
            },
        ),
        (
            gettext_lazy("Not too often"),
            {
                "fields": (
                    ("quarantine_days", "rank"),
                    ("valid_days", "remind_after_hours"),
                    "good_from",
                    "not_after_complaint",  # its help needs the width, as the next one's does
                    "by_text",
                    "sender",
                )
            },
        ),
        (
            gettext_lazy("What customers read"),
            {"fields": (("title_ru", "title_en"), ("thanks_ru", "thanks_en"))},
        ),
    )

    class Media:
        css = {"all": ("feedback/staff.css", "feedback/builder.css")}

    def get_queryset(self, request: HttpRequest) -> SurveyQuerySet:
        rows = cast(SurveyQuerySet, super().get_queryset(request)).within(walls_of(request))
        page = request.resolver_match.url_name if request.resolver_match else None
        is_list = page == "feedback_survey_changelist"
        return rows.annotate(invited=Count("invitations")) if is_list else rows

    def get_urls(self) -> list[URLPattern]:
        preview = self.admin_site.admin_view(require_POST(self.preview_view))
        ready = self.admin_site.admin_view(self.ready_view)
        return [
            path("preview/", preview, name="feedback_survey_preview"),
            path("<int:survey_id>/ready/", ready, name="feedback_survey_ready"),
            *super().get_urls(),
        ]

    def ready_view(self, request: HttpRequest, survey_id: int) -> HttpResponse:
        """
        Offer ready questions by theme, and add those that are chosen.

        :raises Http404: there is no such survey within the reader's walls, or no such theme
        """
        survey = self.get_queryset(request).filter(pk=survey_id).first()
        if survey is None:
            raise Http404
        if not self.has_change_permission(request, survey):
            raise PermissionDenied
        if request.method == "POST":
            theme = BY_CODE.get(request.POST.get("theme", ""))
            if theme is None:
                raise Http404
            try:
                transitions.add_ready(survey_id=survey_id, theme=theme)
            except transitions.RefusedError as refusal:
                messages.error(request, str(refusal))
                return HttpResponseRedirect(request.path)
            return HttpResponseRedirect(reverse("admin:feedback_survey_change", args=[survey_id]))
        last = survey.questions.aggregate(last=Max("number"))["last"] or 0
        page = {
            **self.admin_site.each_context(request),
            "title": _("Ready questions"),
            "survey": survey,
            "room": max(0, MOST - last),
            "themes": [_offered(theme) for theme in THEMES],
        }
        return render(request, "admin/feedback/survey/ready.html", page)

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """Show the customer's page of a form as it is being filled in; nothing is kept."""
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        found = previewed(request.POST)
        name = "preview_texts" if found["texts"] else "preview"
        return render(request, f"admin/feedback/survey/{name}.html", found)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "regions":
            kwargs["queryset"] = Region.objects.within(walls_of(request)).defer("outline")
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Survey, form: Any, change: Any) -> None:
        if obj.active and obj.active_since is None:
            obj.active_since = timezone.now()  # it asks about what happens from then on
        elif not obj.active:
            obj.active_since = None
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What somebody was asked stays: it is switched off instead."""
        used = obj is not None and obj.invitations.exists()
        return super().has_delete_permission(request, obj) and not used

    @display(description=gettext_lazy("invitations"), ordering="invited")
    def invited_shown(self, survey: Survey) -> int:
        invited: int = getattr(survey, "invited", 0)
        return invited


class InvitationAdmin(ReadOnlyAdmin):
    """Whom we asked; and of whom we did not, why not."""

    list_display = ("asked", "customer_shown", "survey", "state_shown", "point_shown", "spot")
    list_filter = ("state", "skipped", "survey")
    list_select_related = ("survey", "customer", "case")
    list_per_page = 50
    list_fullwidth = True
    show_full_result_count = False
    ordering = ("-id",)
    search_fields = ("=case__id", "=customer__crm_id")
    search_help_text = gettext_lazy("Number of the spot, or the customer's id")
    fields = (
        *(
            "survey",
            "version_shown",
            "state_shown",
            "customer_shown",
            "point_shown",
            "brand",
            "region",
        ),
        *("spot", "topic", "cause", "team", "engineer", "agent"),
        *("created_at", "due_at", "sent_at", "delivered_at", "answered_at", "completed_at"),
        *("reminded_at", "expires_at"),
    )
    readonly_fields = fields

    change_list_template = "admin/feedback/invitation/change_list.html"

    class Media:
        css = {"all": ("feedback/staff.css",)}

    def get_urls(self) -> list[URLPattern]:
        why = self.admin_site.admin_view(self.why_view)
        return [path("why/", why, name="feedback_invitation_why"), *super().get_urls()]

    def why_view(self, request: HttpRequest) -> HttpResponse:
        """Say of one customer, by each survey, why they were asked or not."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        who = request.POST.get("who", "").strip()
        why, found = self.look_refused(request, []) if who else "", []
        if who and not why:
            found = answered(who, walls=walls_of(request), now=timezone.now())
        if found and (why := self.look_refused(request, [one.customer.pk for one in found])):
            found = []
        if why:
            messages.error(request, why)
        page = {
            **self.admin_site.each_context(request),
            "title": _("Why was a customer not asked?"),
            "opts": self.opts,
            "who": request.POST.get("who", ""),
            "found": found,
            "asked": request.method == "POST",
        }
        return render(request, "admin/feedback/invitation/why.html", page)

    def look_refused(self, request: HttpRequest, customers: Sequence[int]) -> str:
        """
        Return why the reader may not look at customers they asked for just now; "": they may.

        customers  empty: they ask for some that are not looked for yet

        The record of looks is the roof's, which puts a page of its own here.
        """
        return ""

    def get_queryset(self, request: HttpRequest) -> InvitationQuerySet:
        return cast(InvitationQuerySet, super().get_queryset(request)).within(walls_of(request))

    @display(description=gettext_lazy("asked from"), ordering="due_at")
    def asked(self, invitation: Invitation) -> str:
        return moment(invitation.due_at)

    @display(description=gettext_lazy("customer"))
    def customer_shown(self, invitation: Invitation) -> SafeString:
        return masked_customer(invitation.customer)

    @display(description=gettext_lazy("state"), ordering="state")
    def state_shown(self, invitation: Invitation) -> SafeString:
        badge = format_html(
            '<span class="told-state asked-{}">{}</span>',
            invitation.state,
            invitation.get_state_display(),
        )
        why = invitation.get_skipped_display()
        return format_html('{} <span class="told-why">{}</span>', badge, why) if why else badge

    @display(description=gettext_lazy("version"))
    def version_shown(self, invitation: Invitation) -> str:
        return str(invitation.version.number) if invitation.version else "—"

    @display(description=gettext_lazy("touch point"), ordering="touch_point")
    def point_shown(self, invitation: Invitation) -> str:
        return touch_point_in_words(invitation.touch_point)

    @display(description=gettext_lazy("spot"), ordering="case")
    def spot(self, invitation: Invitation) -> SafeString:
        return spot_link(invitation.case)
