"""Questions as people write them; customers see them once a version holds them."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from feedback.surveys import questions
from feedback.surveys.catalogue import QuestionKind, RelationKind, Survey
from feedback.surveys.languages import in_language

WORDS = 300  # letters of a question


class SurveyQuestion(models.Model):
    """A question as it is being written; customers see it once a version holds it."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="questions")
    number = models.PositiveSmallIntegerField(
        _("number"),
        validators=[MinValueValidator(1), MaxValueValidator(questions.MOST)],
    )
    kind = models.CharField(_("kind of answer"), max_length=7, choices=QuestionKind.choices)
    words_ru = models.CharField(_("question in Russian"), max_length=WORDS)
    words_en = models.CharField(_("question in English"), max_length=WORDS, blank=True)
    options_ru = models.TextField(
        _("options in Russian"), max_length=1000, blank=True, help_text=_("One a line.")
    )
    options_en = models.TextField(
        _("options in English"), max_length=1000, blank=True, help_text=_("One a line.")
    )
    if_question = models.PositiveSmallIntegerField(
        _("only if the answer to question"),
        null=True,
        blank=True,
        help_text=_("Empty: asked of everybody."),
    )
    if_relation = models.CharField(
        pgettext_lazy("comparison", "compared"),
        max_length=8,
        choices=RelationKind.choices,
        blank=True,
    )
    if_value = models.PositiveSmallIntegerField(
        _("value"),
        null=True,
        blank=True,
        help_text=_("A score; of a choice the number of the option; yes is 1, no is 0."),
    )

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.UniqueConstraint(fields=["survey", "number"], name="question_once_per_number"),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=questions.MOST), name="question_number"
            ),
            models.CheckConstraint(condition=Q(kind__in=QuestionKind.values), name="question_kind"),
            models.CheckConstraint(
                condition=Q(if_question=None, if_relation="", if_value=None)
                | (Q(if_question__isnull=False, if_value__isnull=False) & ~Q(if_relation="")),
                name="question_condition_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.words}"

    @property
    def words(self) -> str:
        """The question in the language of whoever is reading."""
        language = (translation.get_language() or "ru")[:2]
        return in_language({"ru": self.words_ru, "en": self.words_en}, language)

    def read(self) -> questions.Question:
        """Return it as the pure modules take it."""
        only_if = None
        if self.if_question is not None and self.if_value is not None:
            relation = questions.Relation(self.if_relation)
            only_if = questions.Condition(self.if_question, relation, self.if_value)
        kind = questions.Kind(self.kind)
        options: dict[str, Any] = {}
        if kind in questions.WITH_OPTIONS:
            options = {"ru": _lines(self.options_ru)}
            options["en"] = _lines(self.options_en) or options["ru"]
        words = {"ru": self.words_ru, "en": self.words_en or self.words_ru}
        return questions.Question(self.number, kind, words, options, only_if)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
