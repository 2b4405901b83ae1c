"""The articles, as supervisors and administrators write them."""

from typing import Any, cast

from django import forms
from django.db.models import Count, F, Q
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.admin_theme import Textarea, display
from complaints.customers.own_brands import OwnBrandsAdmin
from complaints.customers.reader import walls_of
from heatmaps_project.desk.knowledge.models import Article, ArticleQuerySet
from heatmaps_project.desk.knowledge.rendering import as_html

_TEXTS = ("title_ru", "title_en", "body_ru", "body_en")


class ArticleForm(forms.ModelForm[Article]):
    """A change of a text makes a new version: votes on the old one do not count for it."""

    class Meta:
        model = Article
        fields = ("brand", "cause", "topic", *_TEXTS, "valid_from", "valid_until")
        widgets = {name: Textarea(attrs={"rows": 8}) for name in ("body_ru", "body_en")}

    def clean(self) -> dict[str, Any]:
        if self.instance.pk and set(_TEXTS) & set(self.changed_data):
            self.instance.version += 1
        return super().clean() or self.cleaned_data


class ArticleAdmin(OwnBrandsAdmin):
    form = ArticleForm
    list_display = ("title_shown", "cause", "topic", "brand", "valid_from", "valid_until", "votes")
    list_filter = ("cause", "topic", "brand")
    list_select_related = ("cause", "topic", "brand")
    search_fields = ("title_ru", "title_en")
    readonly_fields = ("version", "votes", "shown")
    ordering = ("title_ru", "pk")
    fields = (
        *("title_ru", "body_ru", "title_en", "body_en", "cause", "topic", "brand"),
        *("valid_from", "valid_until", "version", "votes", "shown"),
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

    @display(description=gettext_lazy("helped / did not"), ordering="good")
    def votes(self, article: Any) -> str:
        return f"{article.good} / {article.bad}" if hasattr(article, "good") else "—"

    @display(description=gettext_lazy("as agents see it"))
    def shown(self, article: Article) -> SafeString | str:
        if not article.pk:
            return _("after it is saved")
        return format_html('<div class="article">{}</div>', mark_safe(as_html(article.body)))
