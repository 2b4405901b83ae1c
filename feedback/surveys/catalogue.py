"""Surveys as people build them: when whom to ask, and what."""

from datetime import date, timedelta

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from complaints.customers.models import Brand
from complaints.customers.walled import WalledQuerySet
from complaints.geocoding.models import Region
from complaints.intake.models import Topic
from feedback.surveys import questions


class Trigger(models.TextChoices):
    """What makes us ask."""

    FIXED = "fixed", _("a spot is fixed: asked in the message that tells of it")
    FIXED_LATER = "fixed_later", _("a spot is fixed: asked later")
    SINGLE_CLOSED = "closed", _("a single case is closed")
    TOUCH = "touch", _("an event at a touch point, told by the CRM")
    SAMPLE = "sample", _("no event: a random sample of all customers")


class QuestionKind(models.TextChoices):
    NPS = str(questions.Kind.NPS), _("0 to 10, would recommend (NPS)")
    CSAT = str(questions.Kind.CSAT), _("1 to 5, satisfied (CSAT)")
    CHOICE = str(questions.Kind.CHOICE), _("one of several")
    SEVERAL = str(questions.Kind.SEVERAL), _("any of several")
    YES_NO = str(questions.Kind.YES_NO), _("yes or no")
    TEXT = str(questions.Kind.TEXT), _("free text")


class RelationKind(models.TextChoices):
    AT_MOST = str(questions.Relation.AT_MOST), _("at most")
    AT_LEAST = str(questions.Relation.AT_LEAST), _("at least")
    IS = str(questions.Relation.IS), pgettext_lazy("comparison", "is")


class SurveyQuerySet(WalledQuerySet["Survey"]):
    walled = {"brand": True}


class Survey(models.Model):
    """
    What is asked of whom, and when. Its questions may change: customers answer a version.

    Of the surveys that ask in the message of a fix, a brand's own is taken before the common one.
    """

    name = models.CharField(_("name"), max_length=100, unique=True)
    brand = models.ForeignKey(
        Brand,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("brand"),
        help_text=_("Empty: for every brand."),
    )
    active = models.BooleanField(_("switched on"), default=False)
    active_since = models.DateTimeField(_("switched on at"), null=True, blank=True, editable=False)
    trigger = models.CharField(_("asked when"), max_length=11, choices=Trigger.choices)
    touch_point = models.SlugField(
        _("touch point"),
        blank=True,
        help_text=_("As the CRM names it: visit, call, tariff_change."),
    )
    delay_minutes = models.PositiveIntegerField(
        _("delay, minutes"),
        default=0,
        validators=[MaxValueValidator(90 * 24 * 60)],
        help_text=_("From the event until we ask. A day has 1440; 24 days are 34560."),
    )
    topics = models.ManyToManyField(
        Topic,
        blank=True,
        related_name="+",
        verbose_name=_("topics"),
        help_text=_("None: whatever it was about."),
    )
    regions = models.ManyToManyField(
        Region,
        blank=True,
        related_name="+",
        verbose_name=_("regions"),
        help_text=_("None: everywhere."),
    )
    units = models.TextField(
        _("shops or offices"),
        max_length=5000,
        blank=True,
        help_text=_("As the CRM names them, one a line. Empty: all."),
    )
    segment = models.CharField(
        _("segment"), max_length=32, blank=True, help_text=_("Empty: every segment.")
    )
    share = models.PositiveSmallIntegerField(
        _("sample, %"),
        default=100,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Of those it is about; the others are not asked."),
    )
    per_day = models.PositiveIntegerField(
        _("customers a day"),
        default=0,
        help_text=_("Of a random sample of all customers only."),
    )
    months = ArrayField(  # 1 January …
        models.PositiveSmallIntegerField(),
        default=list,
        blank=True,
        verbose_name=_("months"),
        help_text=_("In which a random sample is drawn; none: in all."),
    )
    weekdays = ArrayField(  # 0 Monday …
        models.PositiveSmallIntegerField(),
        default=list,
        blank=True,
        verbose_name=_("days of the week"),
        help_text=_("On which a random sample is drawn; none: on all."),
    )
    not_after_complaint = models.BooleanField(
        _("not whoever has complained since"),
        default=True,
        db_default=True,
        help_text=_("Between the event and the question: what hurts then colours the answer."),
    )
    quarantine_days = models.PositiveSmallIntegerField(
        _("quarantine, days"),
        default=30,
        help_text=_("Nobody is asked twice within so many days, by whichever survey."),
    )
    rank = models.PositiveSmallIntegerField(
        _("order"),
        default=100,
        help_text=_("Of two surveys that want the same customer, the lower number asks."),
    )
    valid_days = models.PositiveSmallIntegerField(
        _("answers for, days"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(90)],
    )
    remind_after_hours = models.PositiveSmallIntegerField(
        _("reminder after, hours"),
        null=True,
        blank=True,
        help_text=_("Once, if nothing was answered. Empty: never."),
    )
    good_from = models.PositiveSmallIntegerField(
        _("satisfied from"),
        default=4,
        db_default=4,
        validators=[MinValueValidator(2), MaxValueValidator(5)],
        help_text=_("The lowest of 1 to 5 that counts as good; of who is asked from now on."),
    )
    by_text = models.BooleanField(
        _("question by question in SMS"),
        default=False,
        help_text=_(
            "Customers answer each text with a text. Otherwise, and by e-mail, they get a link."
        ),
    )
    sender = models.CharField(
        _("SMS number"),
        max_length=11,
        blank=True,
        help_text=_("Whose answers come back to it. Empty: the usual one."),
    )
    title_ru = models.CharField(_("heading in Russian"), max_length=150)
    title_en = models.CharField(_("heading in English"), max_length=150, blank=True)
    thanks_ru = models.CharField(_("thanks in Russian"), max_length=300, blank=True)
    thanks_en = models.CharField(_("thanks in English"), max_length=300, blank=True)

    objects = SurveyQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        constraints = [
            models.CheckConstraint(condition=Q(trigger__in=Trigger.values), name="survey_trigger"),
            models.CheckConstraint(condition=Q(share__gte=1, share__lte=100), name="survey_share"),
            models.CheckConstraint(condition=Q(valid_days__gte=1), name="survey_valid"),
            models.CheckConstraint(
                condition=Q(good_from__gte=2, good_from__lte=5), name="survey_good_from"
            ),
            models.CheckConstraint(
                condition=Q(
                    months__contained_by=list(range(1, 13)),
                    weekdays__contained_by=list(range(7)),
                ),
                name="survey_calendar",
            ),
            models.UniqueConstraint(
                fields=["brand"],
                condition=Q(trigger=Trigger.FIXED, active=True),
                nulls_distinct=False,
                name="survey_of_fixes_once_per_brand",
                violation_error_message=_("Another survey asks in the message of a fix already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def delay(self) -> timedelta:
        return timedelta(minutes=self.delay_minutes)

    @property
    def in_units(self) -> frozenset[str]:
        """The shops or offices that it asks in, in small letters; none: in all."""
        lines = (line.strip().lower() for line in self.units.splitlines())
        return frozenset(line for line in lines if line)

    def draws_on(self, day: date) -> bool:
        """Say whether its calendar has a random sample on a day."""
        in_month = not self.months or day.month in self.months
        return in_month and (not self.weekdays or day.weekday() in self.weekdays)
