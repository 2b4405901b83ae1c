"""Offers that agents make to callers in so many words, and what callers said to them."""

from datetime import date
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from complaints.customers.consent import Purpose, refusing
from complaints.customers.models import Brand, Customer, Named
from complaints.customers.walled import WalledQuerySet


class CampaignQuerySet(WalledQuerySet["Campaign"]):
    walled = {"brand": False}

    def for_caller(self, customer: Customer, *, on: date) -> Self:
        """Campaigns that a caller is in, takes offers, and has not answered."""
        risk = customer.churn_risk
        at_risk = Q(risk_from=None) | Q(risk_from__lte=-1.0 if risk is None else risk)
        answered = CampaignAnswer.objects.filter(campaign=OuterRef("pk"), customer=customer)
        refused = refusing(Purpose.MARKETING).filter(pk=customer.pk)
        rows = self.filter(
            at_risk,
            ~Exists(answered),
            ~Exists(refused),
            brand=customer.brand_id,
            begins__lte=on,
            ends__gte=on,
            segment__in=["", customer.segment],
        )
        return rows.order_by("ends", "pk")


class Campaign(Named):
    """Who is to be offered what, in which words, from day to day."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", verbose_name=_("brand"))
    script_ru = models.TextField(_("what to say, in Russian"), max_length=1000)
    script_en = models.TextField(_("what to say, in English"), max_length=1000)
    begins = models.DateField(_("first day"))
    ends = models.DateField(_("last day"))
    segment = models.CharField(
        _("segment"), max_length=32, blank=True, help_text=_("Empty: every customer.")
    )
    risk_from = models.FloatField(
        _("risk of leaving, from"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text=_("0 to 1, as the CRM tells it; empty: whatever it is."),
    )
    history = HistoricalRecords(app="heatmaps_project")

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gte=F("begins")), name="campaign_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(risk_from=None) | Q(risk_from__gte=0, risk_from__lte=1),
                name="campaign_risk",
            ),
        ]

    @property
    def script(self) -> str:
        """What to say, in the language of whoever is reading."""
        in_russian = (translation.get_language() or "ru").startswith("ru")
        return self.script_ru if in_russian else self.script_en


class Answer(models.TextChoices):
    ACCEPTED = "accepted", pgettext_lazy("offer", "accepted")
    REFUSED = "refused", pgettext_lazy("offer", "refused")


class CampaignAnswer(models.Model):
    """What a customer said to an offer, once. Never changed."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="answers")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    answer = models.CharField(max_length=8, choices=Answer.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("answer to a campaign")
        verbose_name_plural = _("answers to campaigns")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "customer"], name="campaign_answered_once"),
            models.CheckConstraint(
                condition=Q(answer__in=Answer.values), name="campaign_answer_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.pk}"
