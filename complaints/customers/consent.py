"""What customers do not want to be written about. Who said nothing may be written to."""

from typing import Final, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.lookups import IsNull
from django.utils.translation import gettext_lazy as _

from complaints.customers.models import OWN_IDS, Customer, CustomerQuerySet


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


_BY_CONTACT: Final = ("tel:", "mail:")  # of OWN_IDS: of whom no more is known than that
_NAMED_BY_US: Final = Q(
    *(("customer__crm_id__startswith", one) for one in OWN_IDS), _connector="OR"
)


def refuses(purpose: Purpose, *, of: str = "") -> Q:
    """
    Return the condition that a customer wants no messages of a purpose.

    Who is known by a phone or an e-mail alone wants none either, if a customer whom the CRM of the
    brand has told of, and who has the same, refused them: else whoever fills in a form with a phone
    that had said STOP, its owner or anybody, would have us write to it again. What others typed
    beside a phone of their own refuses nothing for whoever has it.

    of  the path to the customer
    """
    refused = OptOut.objects.of(purpose)
    same_brand = refused.filter(~_NAMED_BY_US, customer__brand=OuterRef(f"{of}brand"))
    by_phone = same_brand.filter(customer__phone_index=OuterRef(f"{of}phone_index"))
    by_email = same_brand.filter(customer__email_index=OuterRef(f"{of}email_index"))
    known = Q(*((f"{of}crm_id__startswith", one) for one in _BY_CONTACT), _connector="OR")
    own = Q(Exists(refused.filter(customer=OuterRef(f"{of}pk"))))
    return own | known & (_is_there(by_phone) | _is_there(by_email))


def _is_there(rows: OptOutQuerySet) -> Q:
    """As Exists, for which PostgreSQL would read every refusal as soon as it is asked of many."""
    is_nothing = False
    return Q(IsNull(Subquery(rows.values("pk")[:1]), is_nothing))


def refusing(purpose: Purpose) -> CustomerQuerySet:
    """Return the customers who want no messages of a purpose."""
    return Customer.objects.filter(refuses(purpose))


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
