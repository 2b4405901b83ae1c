"""Comments with their topic and alarm, and the words that sort them."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from complaints.admin_theme import HistoryAdmin, ReadOnlyAdmin, action, display
from complaints.customers.personal import scrubbed
from complaints.customers.reader import name_of, reader_of, walls_of
from feedback.comments import transitions
from feedback.comments.badges import alarm_badges
from feedback.comments.labels import Topic
from feedback.comments.models import Comment
from feedback.surveys.wording import spot_link
from spots.cases.wording import moment


def _about(topic: Topic, words: Promise) -> Any:
    """Return the action that says of comments what they are about."""

    @action(description=words, permissions=["work"])
    def is_about(page: "CommentAdmin", request: HttpRequest, chosen: QuerySet[Any]) -> None:
        page.correct(request, chosen, topic=topic)

    return is_about


class CommentAdmin(ReadOnlyAdmin):
    """What customers say, newest first: about what, and how alarming; people correct it."""

    list_display = ("at", "text", "topic", "alarms_shown", "spot", "corrected")
    list_filter = ("topic",)
    list_per_page = 50
    list_fullwidth = True
    show_full_result_count = False
    list_select_related = ("answer__invitation__case", "corrected_by")
    ordering = ("-of_moment", "-id")
    search_fields = ("=answer__invitation__case__id",)
    search_help_text = gettext_lazy("Number of the spot")
    fields = ("at", "text", "topic", "alarms_shown", "spot", "corrected")
    readonly_fields = fields
    actions = (
        *("is_speech", "is_internet", "is_coverage", "is_price", "is_service"),
        "is_no_alarm",
    )

    class Media:
        css = {"all": ("feedback/staff.css",)}

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request)
        return rows.within(walls_of(request))

    def has_work_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("feedback.work_followup")

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

    @display(description=gettext_lazy("corrected by"))
    def corrected(self, comment: Comment) -> str:
        return name_of(comment.corrected_by) or "—"

    def correct(self, request: HttpRequest, chosen: QuerySet[Any], **said: Any) -> None:
        """Say of comments what a person knows better; the rest stays as it is."""
        rows = chosen.order_by("pk").values_list("pk", "topic", "alarms")[:500]
        for pk, topic, alarms in rows:
            row = {"topic": topic, "alarms": alarms, **said}
            transitions.correct(comment_id=pk, by=reader_of(request), **row)

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
