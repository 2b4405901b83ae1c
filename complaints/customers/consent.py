"""What customers do not want to be written about. Who said nothing may be written to."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.customers.models import Customer


class Purpose(models.TextChoices):
    """What a message is for: each may be refused alone."""

    SERVICE = "service", _("news of one's own complaint")
    SURVEY = "survey", _("surveys")
    MARKETING = "marketing", _("offers and gifts")


class OptOutQuerySet(models.QuerySet["OptOut"]):
    def of(self, purpose: Purpose) -> Self:
        return self.filter(purpose=purpose)


class OptOut(models.Model):
    """A customer refused messages of a purpose. The row is the proof, and what forbids them."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="opt_outs")
    purpose = models.CharField(_("purpose"), max_length=9, choices=Purpose.choices)
    at = models.DateTimeField(_("at"))
    told_by = models.CharField(_("told by"), max_length=20)  # "web", "sms", "api"

    objects = OptOutQuerySet.as_manager()

    class Meta:
        verbose_name = _("opt-out")
        verbose_name_plural = _("opt-outs")
        constraints = [
            models.UniqueConstraint(fields=["customer", "purpose"], name="optout_once"),
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="optout_purpose"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.purpose}"


class TakenBackRefusal(models.Model):
    """
    An opt-out that is none any more: who had told of it, and who said that it no longer holds.

    Appended, and never changed: who asks why they are written to again after their STOP is told.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="taken_back_refusals")
    purpose = models.CharField(_("purpose"), max_length=9, choices=Purpose.choices)
    refused_at = models.DateTimeField(_("refused at"))
    told_by = models.CharField(_("told by"), max_length=20)  # as of the opt-out
    at = models.DateTimeField(_("taken back at"))
    by = models.CharField(_("taken back by"), max_length=100)  # source of an API client

    class Meta:
        verbose_name = _("refusal that was taken back")
        verbose_name_plural = _("refusals that were taken back")
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose__in=Purpose.values), name="takenbackrefusal_purpose"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.purpose}"
