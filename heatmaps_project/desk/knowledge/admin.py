"""The articles, as supervisors and administrators write them."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.db.models import Count, F, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.admin_theme import Textarea, display
from complaints.customers.own_brands import OwnBrandsAdmin
from complaints.customers.reader import name_of, reader_of, walls_of
from heatmaps_project.desk.knowledge.models import Article, ArticleQuerySet
from heatmaps_project.desk.knowledge.rendering import as_html, other_films

_TEXTS = ("title_ru", "title_en", "body_ru", "body_en")


class ArticleForm(forms.ModelForm[Article]):
    """A change of a text makes a new version: votes on the old one do not count for it."""

    class Meta:
        model = Article
        fields = (
            *("brand", "cause", "topic", *_TEXTS, "valid_from", "valid_until", "owner"),
            "review_on",
        )
        widgets = {name: Textarea(attrs={"rows": 8}) for name in ("body_ru", "body_en")}

    def clean(self) -> dict[str, Any]:
        if self.instance.pk and set(_TEXTS) & set(self.changed_data):
            self.instance.version += 1
        given = super().clean() or self.cleaned_data
        for name in ("body_ru", "body_en"):
            if other_films(given.get(name, ""), settings.VIDEO_HOSTS):
                hosts = ", ".join(settings.VIDEO_HOSTS) or "—"
                self.add_error(name, _("Films (.mp4, .webm) are shown of: %s.") % hosts)
        return given


class ReviewFilter(SimpleListFilter):
    """What its owner has to look at again by today."""

    title = gettext_lazy("look at again")
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> Any:
        return (
            ("due", gettext_lazy("its day has come")),
            ("own", gettext_lazy("… and it is mine")),
        )

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() is None:
            return queryset
        due = queryset.to_review(timezone.localdate())
        return due.filter(owner=reader_of(request)) if self.value() == "own" else due


class ArticleAdmin(OwnBrandsAdmin):
    form = ArticleForm
    list_display = (
        *("title_shown", "cause", "topic", "brand", "valid_from", "valid_until", "owner_shown"),
        *("review_shown", "votes"),
    )
    list_filter = (ReviewFilter, "cause", "topic", "brand")
    list_select_related = ("cause", "topic", "brand", "owner")
    staff_field = "owner"
    search_fields = ("title_ru", "title_en")
    readonly_fields = ("version", "votes", "shown")
    ordering = ("title_ru", "pk")
    fields = (
        *("title_ru", "body_ru", "title_en", "body_en", "cause", "topic", "brand"),
        *("valid_from", "valid_until", "owner", "review_on", "version", "votes", "shown"),
    )

    def get_queryset(self, request: HttpRequest) -> ArticleQuerySet:
        rows = cast(ArticleQuerySet, super().get_queryset(request)).within(walls_of(request))
        now = Q(votes__version=F("version"))
        return rows.annotate(
            good=Count("votes", filter=now & Q(votes__helped=True)),
            bad=Count("votes", filter=now & Q(votes__helped=False)),
        )

    @display(description=gettext_lazy("title"), ordering="title_ru")
    def title_shown(self, article: Article) -> str:
        return article.title

    @display(description=gettext_lazy("owner"), ordering="owner__last_name")
    def owner_shown(self, article: Article) -> str:
        return name_of(article.owner) or "—"

    @display(description=gettext_lazy("look at again"), ordering="review_on")
    def review_shown(self, article: Article) -> SafeString | str:
        if article.review_on is None:
            return "—"
        day = date_format(article.review_on, "j E Y")
        is_due = article.review_on <= timezone.localdate()
        return format_html("<b>{}</b>", day) if is_due else day

    @display(description=gettext_lazy("helped / did not"), ordering="good")
    def votes(self, article: Any) -> str:
        return f"{article.good} / {article.bad}" if hasattr(article, "good") else "—"

    @display(description=gettext_lazy("as agents see it"))
    def shown(self, article: Article) -> SafeString | str:
        if not article.pk:
            return _("after it is saved")
        return format_html(
            '<div class="article">{}</div>',
            mark_safe(as_html(article.body, hosts=settings.VIDEO_HOSTS)),
        )
