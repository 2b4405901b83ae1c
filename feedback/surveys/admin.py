"""What customers answered."""

from typing import Any, cast

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from complaints.admin_theme import ReadOnlyAdmin, display
from complaints.customers.models import Brand
from complaints.customers.personal import scrubbed
from complaints.customers.reader import walls_of
from complaints.row_number import row_number
from feedback.surveys.catalogue import Survey
from feedback.surveys.models import Answer, AnswerQuerySet
from feedback.surveys.questions import Kind
from feedback.surveys.wording import said_on, score_badge, spot_link
from spots.cases.merged import parts_of
from spots.cases.wording import moment


class RatingFilter(SimpleListFilter):
    title = gettext_lazy("score")
    parameter_name = "rating"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, Any]]:
        return [("low", gettext_lazy("unhappy")), ("high", gettext_lazy("content"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Answer]) -> QuerySet[Answer]:
        low = Q(kind=Kind.CSAT, score__lte=3) | Q(kind=Kind.NPS, score__lte=6)
        high = Q(kind=Kind.CSAT, score__gte=4) | Q(kind=Kind.NPS, score__gte=9)
        chosen = {"low": low, "high": high}.get(self.value() or "")
        return queryset.filter(chosen) if chosen else queryset


class CommentFilter(SimpleListFilter):
    title = gettext_lazy("comment")
    parameter_name = "comment"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, Any]]:
        return [("yes", gettext_lazy("with a comment")), ("no", gettext_lazy("without"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Answer]) -> QuerySet[Answer]:
        written = Exists(Answer.objects.comments().filter(invitation=OuterRef("invitation")))
        chosen = {"yes": written, "no": ~written}.get(self.value() or "")
        return queryset if chosen is None else queryset.filter(chosen)


class BrandFilter(SimpleListFilter):
    title = gettext_lazy("brand")
    parameter_name = "brand"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, Any]]:
        rows = Brand.objects.within(walls_of(request)).order_by("name")
        return [(str(brand.pk), brand.name) for brand in rows]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Answer]) -> QuerySet[Answer]:
        chosen = self.value() or ""
        return queryset.filter(invitation__brand=int(chosen)) if chosen.isdecimal() else queryset


class SurveyFilter(SimpleListFilter):
    title = gettext_lazy("survey")
    parameter_name = "survey"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, Any]]:
        rows = Survey.objects.within(walls_of(request)).order_by("name")
        return [(str(survey.pk), survey.name) for survey in rows]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Answer]) -> QuerySet[Answer]:
        chosen = self.value() or ""
        return queryset.filter(invitation__survey=int(chosen)) if chosen.isdecimal() else queryset


class AnswerAdmin(ReadOnlyAdmin):
    """First scores, each with the comment that goes with it, newest first."""

    list_display = ("answered", "rating_shown", "comment_shown", "survey", "spot", "brand")
    list_filter = (RatingFilter, CommentFilter, SurveyFilter, BrandFilter)
    list_per_page = 50
    list_fullwidth = True
    show_full_result_count = False
    ordering = ("-at", "-id")
    search_fields = ("=invitation__case__id",)
    search_help_text = gettext_lazy("Number of the spot")
    fields = ("survey", "all_shown", "spot", "brand", "at", "channel")
    readonly_fields = fields

    class Media:
        css = {"all": ("feedback/staff.css",)}

    def get_queryset(self, request: HttpRequest) -> AnswerQuerySet:
        rows = cast(AnswerQuerySet, super().get_queryset(request)).within(walls_of(request))
        of = ("invitation__case", "invitation__brand", "invitation__survey", "invitation__version")
        return rows.first_scores().with_comment().select_related(*of)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """The answers about a spot, and about what lives on in it."""
        number = row_number(search_term.strip().lstrip("№# "))
        about = Q(pk=None) if number is None else Q(invitation__case__in=parts_of(number))
        return (queryset.filter(about) if search_term.strip() else queryset), False

    @display(description=gettext_lazy("answered at"), ordering="at")
    def answered(self, answer: Answer) -> str:
        return moment(answer.at)

    @display(description=gettext_lazy("score"), ordering="score")
    def rating_shown(self, answer: Answer) -> SafeString:
        return score_badge(answer.kind, answer.score or 0)

    @display(description=gettext_lazy("comment"))
    def comment_shown(self, answer: Answer) -> SafeString:
        return format_html('<div class="said">{}</div>', scrubbed(answer.comment or "") or "—")

    @display(description=gettext_lazy("answers"))
    def all_shown(self, answer: Answer) -> SafeString:
        """Every question that was answered, in its own words; one query."""
        lines = said_on(answer.invitation)
        return format_html_join("", '<p class="said"><b>{}</b><br>{}</p>', lines)

    @display(description=gettext_lazy("survey"))
    def survey(self, answer: Answer) -> str:
        return answer.invitation.survey.name

    @display(description=gettext_lazy("spot"), ordering="invitation__case")
    def spot(self, answer: Answer) -> SafeString:
        return spot_link(answer.invitation.case)

    @display(description=gettext_lazy("brand"), ordering="invitation__brand")
    def brand(self, answer: Answer) -> str:
        return answer.invitation.brand.name
