"""What customers do not want to be written about. Who said nothing may be written to."""

from datetime import datetime
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
    # when they said so by text, too, after they had said it otherwise
    by_text_at = models.DateTimeField(null=True, editable=False)

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

    @property
    def said(self) -> list[tuple[datetime, str]]:
        """When they said so and by which way: the first time, and by text, too, if they did."""
        told = ((self.at, self.told_by), (self.by_text_at, BY_TEXT))
        return [(at, told_by) for at, told_by in told if at is not None]


_BY_PHONE, _BY_EMAIL = "tel:", "mail:"  # of OWN_IDS: of whom no more is known than that
BY_TEXT: Final = "sms"  # told_by: the text itself shows that it is their phone
_SAID_BY_TEXT: Final = Q(told_by=BY_TEXT) | Q(by_text_at__isnull=False)
# Customers of one contact, at most: what more have is no person's, and dozens of them, each with
# hundreds of thousands, would take the database minutes.
_SHARED_BY: Final = 20
_NAMED_BY_US: Final = Q(*(("crm_id__startswith", one) for one in OWN_IDS), _connector="OR")


def refuses(purpose: Purpose, *, of: str = "") -> Q:
    """
    Return the condition that a customer wants no messages of a purpose.

    Who is known by a phone or an e-mail alone wants none either, if a customer whom the CRM of the
    brand has told of, and who has the same, refused them: else whoever fills in a form with a phone
    that had said STOP, its owner or anybody, would have us write to it again. And who said STOP by
    text while known by the phone alone has said it, whatever the CRM tells of them later. What
    others typed beside a phone of their own refuses nothing for whoever has it.

    of  the path to the customer
    """
    refused = OptOut.objects.of(purpose)
    of_phone = refused.filter(customer__in=_with_the_same("phone_index", ~_NAMED_BY_US, of=of))
    of_email = refused.filter(customer__in=_with_the_same("email_index", ~_NAMED_BY_US, of=of))
    own = Q(Exists(refused.filter(customer=OuterRef(f"{of}pk"))))
    texting = Q(crm_id__startswith=_BY_PHONE)
    texted = _with_the_same("phone_index", texting, of=of)
    by_text = refused.filter(_SAID_BY_TEXT, customer__in=texted)
    known_by_phone = Q((f"{of}crm_id__startswith", _BY_PHONE))
    known_by_email = Q((f"{of}crm_id__startswith", _BY_EMAIL))
    return (
        own
        | _is_there(by_text)
        | known_by_phone & _is_there(of_phone)
        | known_by_email & _is_there(of_email)
    )


def _with_the_same(contact: str, kind: Q, *, of: str) -> Subquery:
    # of a kind before they are counted: forms with somebody's e-mail would hide their refusal
    rows = Customer.objects.filter(
        kind,
        ("brand", OuterRef(OuterRef(f"{of}brand"))),
        (contact, OuterRef(OuterRef(f"{of}{contact}"))),
    )
    return Subquery(rows.values("pk")[:_SHARED_BY])


def _is_there(rows: OptOutQuerySet) -> Q:
    """As Exists, for which PostgreSQL would read every refusal as soon as it is asked of many."""
    is_nothing = False
    return Q(IsNull(Subquery(rows.values("pk")[:1]), is_nothing))


def refused_by(customer_id: int, purpose: Purpose) -> OptOutQuerySet:
    """Return a customer's refusals; those, too, that they sent while known by the phone alone."""
    this = Customer.objects.filter(pk=customer_id)
    by_phone = Customer.objects.filter(
        crm_id__startswith=_BY_PHONE,
        brand=this.values("brand")[:1],
        phone_index=this.values("phone_index")[:1],
    )
    numbers = list(by_phone.values_list("pk", flat=True)[:_SHARED_BY])
    by_text = _SAID_BY_TEXT & Q(customer__in=numbers)
    return OptOut.objects.of(purpose).filter(Q(customer=customer_id) | by_text)


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
