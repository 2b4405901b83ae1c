"""What agents know: short articles by cause and topic, and whether they helped."""

from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from complaints.customers.models import Brand
from complaints.customers.walled import WalledQuerySet
from complaints.intake.models import Topic
from spots.cases.catalogue import Cause

_MARKDOWN = _("Markdown; a film is ![its title](https://…/film.mp4)")
RUSSIAN = SearchVector("title_ru", "body_ru", config="russian")
ENGLISH = SearchVector("title_en", "body_en", config="english")


class ArticleQuerySet(WalledQuerySet["Article"]):
    walled = {"brand": True}

    def valid(self, on: date) -> Self:
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=on), valid_from__lte=on)

    def to_review(self, on: date) -> Self:
        """Articles whose day has come to be looked at again, and that have not ended."""
        current = self.filter(Q(valid_until=None) | Q(valid_until__gte=on))
        return current.filter(review_on__lte=on)


class Article(models.Model):
    """A short answer to a common question, in Markdown, in both languages."""

    brand = models.ForeignKey(
        Brand,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("brand"),
        help_text=_("Empty: for every brand."),
    )
    cause = models.ForeignKey(
        Cause, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("cause")
    )
    topic = models.ForeignKey(
        Topic, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("topic")
    )
    title_ru = models.CharField(_("title in Russian"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200)
    body_ru = models.TextField(_("text in Russian"), max_length=10_000, help_text=_MARKDOWN)
    body_en = models.TextField(_("text in English"), max_length=10_000, help_text=_MARKDOWN)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(
        _("valid until"), null=True, blank=True, help_text=_("The last day; empty: no end.")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
        help_text=_("Who keeps it true."),
    )
    review_on = models.DateField(
        _("to be looked at again on"), null=True, blank=True, help_text=_("By its owner.")
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)  # of its texts
    history = HistoricalRecords(app="heatmaps_project")
    # read by the history when the row is saved
    _history_user: AbstractUser
    _history_date: datetime

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("knowledge")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="article_ends_after_it_begins",
            )
        ]
        indexes = [
            GinIndex(RUSSIAN, name="article_in_russian"),
            GinIndex(ENGLISH, name="article_in_english"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def _in_russian(self) -> bool:
        return (translation.get_language() or "ru").startswith("ru")

    @property
    def title(self) -> str:
        """The title in the language of whoever is reading."""
        return self.title_ru if self._in_russian else self.title_en

    @property
    def body(self) -> str:
        """The text, in Markdown, in the language of whoever is reading."""
        return self.body_ru if self._in_russian else self.body_en


class Vote(models.Model):
    """Whether a version of an article helped one person; they may change their mind."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="votes")
    version = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    helped = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("vote on an article")
        verbose_name_plural = _("votes on articles")
        constraints = [
            models.UniqueConstraint(
                fields=["article", "version", "by"], name="vote_once_per_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.article_id}/{self.version}"
