"""Comments with their topic and alarm, which people correct, and the words that sort them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import EmptyFieldListFilter
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from complaints.admin_theme import HistoryAdmin, ReadOnlyAdmin, action, display
from complaints.customers.personal import scrubbed
from complaints.customers.reader import name_of, reader_of, walls_of
from feedback.comments import transitions
from feedback.comments.badges import alarm_badges
from feedback.comments.drivers import DAYS, drivers_of
from feedback.comments.labels import SAID_ALARMS, Topic
from feedback.comments.models import Comment
from feedback.surveys.wording import spot_link
from spots.cases.wording import moment

MOST_AT_ONCE = 500


def _about(topic: Topic, words: Promise) -> Any:
    """Return the action that says of comments what they are about."""

    @action(description=words, permissions=["work"])
    def is_about(page: "CommentAdmin", request: HttpRequest, chosen: QuerySet[Any]) -> None:
        page.correct(request, chosen, topic=topic)

    return is_about


class CorrectionForm(forms.Form):
    """What a person says that a comment is about, and what in it alarms."""

    topic = forms.ChoiceField(choices=[("", "—"), *Topic.choices], required=False)
    alarms = forms.MultipleChoiceField(choices=SAID_ALARMS, required=False)


class CommentAdmin(ReadOnlyAdmin):
    """What customers say, newest first: about what, and how alarming; people correct it."""

    change_form_template = "admin/feedback/comment/change_form.html"
    list_before_template = "admin/feedback/comment/drivers.html"
    list_display = ("at", "text", "topic", "alarms_shown", "spot", "sorted_how")
    list_filter = ("topic", ("corrected_by", EmptyFieldListFilter))
    list_per_page = 50
    list_fullwidth = True
    show_full_result_count = False
    list_select_related = ("answer__invitation__case", "corrected_by", "sorted_by")
    ordering = ("-of_moment", "-id")
    search_fields = ("=answer__invitation__case__id",)
    search_help_text = gettext_lazy("Number of the spot")
    fields = ("at", "text", "topic", "alarms_shown", "spot", "sorted_how")
    readonly_fields = fields
    actions = (
        "is_right",
        *("is_speech", "is_internet", "is_coverage", "is_price", "is_service"),
        "is_no_alarm",
    )

    class Media:
        css = {"all": ("feedback/staff.css",)}

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request)
        return rows.within(walls_of(request))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.correct_view))
        own = path("<int:comment_id>/correct/", view, name="feedback_comment_correct")
        return [own, *super().get_urls()]

    def has_work_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("feedback.work_followup")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        more = {
            "drivers": drivers_of(self.get_queryset(request), now=timezone.now()),
            "drivers_days": DAYS,
        }
        response: HttpResponse = super().changelist_view(request, {**(extra_context or {}), **more})
        return response

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        more = {
            "may_work": self.has_work_permission(request),
            "may_raise": request.user.has_perm("feedback.raise_insight"),
            "topics": Topic.choices,
            "alarms": SAID_ALARMS,
        }
        response: HttpResponse = super().change_view(
            request, object_id, form_url, {**(extra_context or {}), **more}
        )
        return response

    def correct_view(self, request: HttpRequest, comment_id: int) -> HttpResponse:
        """:raises Http404: there is no such comment for this reader, or no such label"""
        if not self.has_work_permission(request):
            raise PermissionDenied
        form = CorrectionForm(request.POST)
        if not self.get_queryset(request).filter(pk=comment_id).exists() or not form.is_valid():
            raise Http404
        by, now = reader_of(request), timezone.now()
        transitions.correct(comment_id=comment_id, **form.cleaned_data, by=by, now=now)
        messages.success(request, _("Noted: the next version learns from it."))
        return HttpResponseRedirect(reverse("admin:feedback_comment_change", args=[comment_id]))

    @display(description=gettext_lazy("said at"), ordering="of_moment")
    def at(self, comment: Comment) -> str:
        return moment(comment.of_moment)

    @display(description=gettext_lazy("comment"))
    def text(self, comment: Comment) -> SafeString:
        return format_html('<div class="said">{}</div>', scrubbed(comment.answer.words))

    @display(description=gettext_lazy("alarms"))
    def alarms_shown(self, comment: Comment) -> SafeString:
        return alarm_badges(comment.alarms)

    @display(description=gettext_lazy("spot"))
    def spot(self, comment: Comment) -> SafeString:
        return spot_link(comment.answer.invitation.case)

    @display(description=gettext_lazy("sorted by"))
    def sorted_how(self, comment: Comment) -> str:
        if comment.corrected_by is not None:
            return name_of(comment.corrected_by)
        return str(comment.sorted_by or _("words"))

    def correct(self, request: HttpRequest, chosen: QuerySet[Any], **said: Any) -> None:
        """Say of comments what a person knows better; the rest stays as it is."""
        by, now = reader_of(request), timezone.now()
        rows = list(chosen.order_by("pk").values_list("pk", "topic", "alarms")[:MOST_AT_ONCE])
        for pk, topic, alarms in rows:
            row = {"topic": topic, "alarms": alarms, **said}
            transitions.correct(comment_id=pk, by=by, now=now, **row)
        words = ngettext("%(n)d comment was noted.", "%(n)d comments were noted.", len(rows))
        messages.success(request, words % {"n": len(rows)})

    @action(description=gettext_lazy("Sorted rightly"), permissions=["work"])
    def is_right(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        self.correct(request, chosen)

    is_speech = _about(Topic.SPEECH, gettext_lazy("It is about calls"))
    is_internet = _about(Topic.INTERNET, gettext_lazy("It is about mobile internet"))
    is_coverage = _about(Topic.COVERAGE, gettext_lazy("It is about coverage"))
    is_price = _about(Topic.PRICE, gettext_lazy("It is about prices"))
    is_service = _about(Topic.SERVICE, gettext_lazy("It is about our people"))

    @action(description=gettext_lazy("Nothing alarming in it"), permissions=["work"])
    def is_no_alarm(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        self.correct(request, chosen, alarms=[])


class SortingWordAdmin(HistoryAdmin):
    list_display = ("stem", "label")
    list_filter = ("label",)
    ordering = ("label", "stem")
    search_fields = ("stem",)
