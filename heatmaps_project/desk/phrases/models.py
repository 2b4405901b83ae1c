"""What a brand says in its own words: to a caller, or on a customer's own page."""

from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from complaints.customers.models import Brand
from complaints.customers.walled import WalledQuerySet
from heatmaps_project.desk.sentences import Part


class PhraseQuerySet(WalledQuerySet["Phrase"]):
    walled = {"brand": False}


class Said(models.TextChoices):
    """The parts of what is said, as sentences.Part."""

    UNSURE = Part.UNSURE, pgettext_lazy("lookup", "place not known")
    WORKING = Part.WORKING, pgettext_lazy("lookup", "worked on")
    OUTAGE = Part.OUTAGE, pgettext_lazy("lookup", "outage")
    WORKS = Part.WORKS, pgettext_lazy("lookup", "planned works")
    FIXED = Part.FIXED, pgettext_lazy("lookup", "fixed lately")
    NEAR = Part.NEAR, pgettext_lazy("lookup", "spot near by")
    NO_COVERAGE = Part.NO_COVERAGE, pgettext_lazy("lookup", "no coverage")
    WORKS_SOON = Part.WORKS_SOON, pgettext_lazy("lookup", "works announced")
    OUTDOORS_ONLY = Part.OUTDOORS_ONLY, pgettext_lazy("lookup", "outdoors only")
    NOTHING = Part.NOTHING, pgettext_lazy("lookup", "nothing known")
    TERM = Part.TERM, pgettext_lazy("lookup", "and then: the term")
    WORKS_TERM = Part.WORKS_TERM, pgettext_lazy("lookup", "and then: the end of works")
    NO_TERM = Part.NO_TERM, pgettext_lazy("lookup", "and then: no term yet")
    TERM_PASSED = Part.TERM_PASSED, pgettext_lazy("lookup", "and then: the term has passed")
    CAUSE = Part.CAUSE, pgettext_lazy("lookup", "and then: the cause")
    TRY_AGAIN = Part.TRY_AGAIN, pgettext_lazy("lookup", "and then: please try again")


class Phrase(models.Model):
    """A part of what is said about a place, as a brand says it; without a row, as built in."""

    brand = models.ForeignKey(
        Brand, models.PROTECT, related_name="+", verbose_name=_("brand"), db_index=False
    )
    part = models.CharField(_("what is said"), max_length=13, choices=Said.choices)
    own = models.BooleanField(
        _("on the customer's own page"),
        default=False,
        help_text=_("Off: what agents say."),
    )
    text_ru = models.CharField(_("text in Russian"), max_length=300)
    text_en = models.CharField(_("text in English"), max_length=300)
    history = HistoricalRecords(app="heatmaps_project")
    # read by the history when the row is saved
    _history_user: AbstractUser
    _history_date: datetime

    objects = PhraseQuerySet.as_manager()

    class Meta:
        verbose_name = _("words of a brand")
        verbose_name_plural = _("what agents say")
        constraints = [
            models.UniqueConstraint(fields=["brand", "part", "own"], name="phrase_once"),
            models.CheckConstraint(condition=Q(part__in=Said.values), name="phrase_part"),
        ]

    def __str__(self) -> str:
        return self.get_part_display()


def words_of(brand_id: int | None, *, own: bool) -> dict[str, dict[str, str]]:
    """A brand's words, by language and part: those that differ from the built-in ones."""
    rows = Phrase.objects.filter(brand=brand_id, own=own) if brand_id else Phrase.objects.none()
    told = list(rows.values_list("part", "text_ru", "text_en"))
    return {"ru": {part: ru for part, ru, _en in told}, "en": {part: en for part, _ru, en in told}}
