"""What customers answered."""

from typing import Any, cast

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.admin_theme import ReadOnlyAdmin, display
from complaints.customers.models import Brand
from complaints.customers.personal import scrubbed
from complaints.customers.reader import walls_of
from feedback.surveys.models import Answer, AnswerQuerySet
from spots.cases.wording import moment


class RatingFilter(SimpleListFilter):
    title = gettext_lazy("rating")
    parameter_name = "rating"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, Any]]:
        scores = [(str(score), str(score)) for score in range(1, 6)]
        return [("low", gettext_lazy("1 to 3")), *scores]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Answer]) -> QuerySet[Answer]:
        chosen = self.value() or ""
        if chosen == "low":
            return queryset.filter(rating__lte=3)
        return queryset.filter(rating=int(chosen)) if chosen.isdecimal() else queryset


class CommentFilter(SimpleListFilter):
    title = gettext_lazy("comment")
    parameter_name = "comment"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, Any]]:
        return [("yes", gettext_lazy("with a comment")), ("no", gettext_lazy("without"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Answer]) -> QuerySet[Answer]:
        silent = {"yes": False, "no": True}.get(self.value() or "")
        return queryset if silent is None else queryset.filter(comment__isnull=silent)


class BrandFilter(SimpleListFilter):
    title = gettext_lazy("brand")
    parameter_name = "brand"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, Any]]:
        walls = walls_of(request)
        rows = Brand.objects.order_by("name")
        if walls.brands is not None:
            rows = rows.filter(pk__in=walls.brands)
        return [(str(brand.pk), brand.name) for brand in rows]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Answer]) -> QuerySet[Answer]:
        chosen = self.value() or ""
        return (
            queryset.filter(invitation__case__brand=int(chosen)) if chosen.isdecimal() else queryset
        )


class AnswerAdmin(ReadOnlyAdmin):
    """Ratings and comments, newest first."""

    list_display = ("rated", "rating_shown", "comment_shown", "spot", "brand", "channel")
    list_filter = (RatingFilter, CommentFilter, BrandFilter)
    list_per_page = 50
    list_fullwidth = True
    show_full_result_count = False
    ordering = ("-rated_at", "-id")
    search_fields = ("=invitation__case__id",)
    search_help_text = gettext_lazy("Number of the spot")
    fields = (
        "rating_shown",
        "comment_shown",
        "spot",
        "brand",
        "rated_at",
        "commented_at",
        "channel",
    )
    readonly_fields = fields

    class Media:
        css = {"all": ("feedback/staff.css",)}

    def get_queryset(self, request: HttpRequest) -> AnswerQuerySet:
        rows = cast(AnswerQuerySet, super().get_queryset(request))
        return rows.within(walls_of(request)).select_related("invitation__case__brand")

    @display(description=gettext_lazy("rated at"), ordering="rated_at")
    def rated(self, answer: Answer) -> str:
        return moment(answer.rated_at)

    @display(description=gettext_lazy("rating"), ordering="rating")
    def rating_shown(self, answer: Answer) -> SafeString:
        return format_html(
            '<span class="rated rated-{}" title="{}">{}</span>',
            answer.rating,
            _("%(rating)d out of 5") % {"rating": answer.rating},
            answer.rating,
        )

    @display(description=gettext_lazy("comment"))
    def comment_shown(self, answer: Answer) -> SafeString:
        return format_html('<div class="said">{}</div>', scrubbed(answer.comment) or "—")

    @display(description=gettext_lazy("spot"), ordering="invitation__case")
    def spot(self, answer: Answer) -> SafeString:
        case = answer.invitation.case
        url = reverse("admin:spots_spot_change", args=[case.pk])
        place = case.place or _("no address")
        return format_html('<a class="told-spot" href="{}">№ {}, {}</a>', url, case.pk, place)

    @display(description=gettext_lazy("brand"), ordering="invitation__case__brand")
    def brand(self, answer: Answer) -> str:
        return answer.invitation.case.brand.name
