"""Whom a complaint comes from: brands, and their customers."""

from collections.abc import Iterable
from typing import Final, Self

from django.core.validators import RegexValidator
from django.db import connection, models
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.customers.personal import EncryptedTextField
from complaints.customers.walled import WalledQuerySet
from complaints.customers.walls import Walls


class Named(models.Model):
    """Something that operators name in both languages."""

    name_ru = models.CharField(_("name in Russian"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of whoever is reading."""
        return self.name_in(translation.get_language() or "ru")

    def name_in(self, language: str) -> str:
        return self.name_ru if language.startswith("ru") else self.name_en


class BrandQuerySet(models.QuerySet["Brand"]):
    def within(self, walls: Walls) -> Self:
        return self if walls.brands is None else self.filter(pk__in=walls.brands)

    def are_within(self, walls: Walls) -> bool:
        """Whether a reader sees all of them; one query at most."""
        return walls.brands is None or not self.exclude(pk__in=walls.brands).exists()


class Brand(models.Model):
    """An operator's brand: its customers, texts and rights are its own."""

    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    colour = models.CharField(  # of what customers see: white letters are read on it
        _("colour"),
        max_length=7,
        default="#b3261e",
        db_default="#b3261e",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Six hexadecimal digits: #b3261e"))],
        help_text=_("Of customers' own pages; white letters stand on it: #b3261e"),
    )

    objects = BrandQuerySet.as_manager()

    class Meta:
        verbose_name = _("brand")
        verbose_name_plural = _("brands")

    def __str__(self) -> str:
        return self.name


# DISTINCT reads every customer; this asks the index for the next segment as often as there are any.
_SEGMENTS = """
    WITH RECURSIVE known AS (
        SELECT min(segment) AS segment FROM complaints_customer
        UNION ALL
        SELECT (SELECT min(c.segment) FROM complaints_customer c WHERE c.segment > known.segment)
        FROM known WHERE known.segment IS NOT NULL
    )
    SELECT segment FROM known WHERE segment IS NOT NULL LIMIT %s
"""


class CustomerQuerySet(WalledQuerySet["Customer"]):
    walled = {"brand": False}

    def not_erased(self) -> Self:
        return self.filter(erasure=None)

    def held(self, customer_id: int) -> "Customer | None":
        """Lock a customer until the transaction ends; None: there is none, or it was erased."""
        rows = self.select_related("brand").select_for_update(no_key=True, of=("self",))
        customer = rows.filter(pk=customer_id).first()
        # Asked once it is locked: what waited for whoever erases would not see the erasure.
        return None if customer is None or Erasure.objects.has(customer.pk) else customer


def known_segments(*, most: int = 100) -> list[str]:
    """Return the segments that customers are of, in order; "" stands for none."""
    with connection.cursor() as cursor:
        cursor.execute(_SEGMENTS, [most])
        return [segment for (segment,) in cursor.fetchall()]


# Ids that we make: of a phone or an e-mail where the CRM sends none, and of who was erased.
ERASED: Final = "erased:"
OWN_IDS: Final = ("tel:", "mail:", ERASED)
IS_SOMEBODY: Final = ~models.Q(crm_id__startswith=ERASED)
IS_TOLD: Final = ~models.Q(*(("crm_id__startswith", of) for of in OWN_IDS), _connector="OR")


class Customer(models.Model):
    """A subscriber as the CRM last described them. Written by intake, and by transitions here."""

    brand = models.ForeignKey(Brand, models.PROTECT, verbose_name=_("brand"), db_index=False)
    crm_id = models.CharField(_("customer id"), max_length=100)
    phone = EncryptedTextField(_("phone"))  # E.164
    phone_index = models.BinaryField(null=True, editable=False)
    email = EncryptedTextField(_("e-mail"))
    email_index = models.BinaryField(null=True, editable=False)
    segment = models.CharField(_("segment"), max_length=32, blank=True)
    ltv = models.DecimalField(_("lifetime value"), max_digits=12, decimal_places=2, null=True)
    churn_risk = models.FloatField(_("risk of leaving"), null=True)  # 0 … 1, as the CRM tells it
    balance = models.DecimalField(  # on their account, in the operator's currency
        _("balance"), max_digits=12, decimal_places=2, null=True
    )
    debt = models.DecimalField(  # of it what is overdue
        _("debt"), max_digits=12, decimal_places=2, null=True
    )
    language = models.CharField(_("language"), max_length=2, default="ru")
    app = models.BooleanField(_("has the app, and lets it notify"), default=False, db_default=False)
    preferred_channel = models.CharField(  # "": push, else SMS, else e-mail
        _("preferred channel"), max_length=5, blank=True, default="", db_default=""
    )
    person = models.CharField(  # the CRM's own id of whoever has several numbers; "": not told
        pgettext_lazy("customer", "person"),
        max_length=100,
        blank=True,
        default="",
        db_default="",
    )
    sold_by = models.CharField(  # code of the dealer they came from; "": not told
        _("came from the dealer"), max_length=100, blank=True, default="", db_default=""
    )
    gone = models.BooleanField(
        _("number is with another operator now"), default=False, db_default=False
    )
    described_at = models.DateTimeField(_("described at"))  # of the newest complaint that told it

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints = [
            models.UniqueConstraint(fields=["brand", "crm_id"], name="customer_once_per_brand"),
            models.CheckConstraint(condition=models.Q(ltv__gte=0), name="customer_ltv"),
            models.CheckConstraint(condition=models.Q(debt__gte=0), name="customer_debt"),
            models.CheckConstraint(
                condition=models.Q(churn_risk__gte=0, churn_risk__lte=1), name="customer_churn_risk"
            ),
        ]
        indexes = [
            models.Index(fields=["phone_index"], name="customer_phone"),
            models.Index(fields=["email_index"], name="customer_email"),
            models.Index(fields=["segment"], name="customer_segment"),
            models.Index(fields=["person"], condition=~models.Q(person=""), name="customer_person"),
            models.Index(fields=["id"], condition=models.Q(gone=True), name="customer_gone"),
            models.Index(
                fields=["brand", "described_at"], condition=IS_SOMEBODY, name="customer_of_age"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.brand_id}/{self.pk}"

    @property
    def told_id(self) -> str:
        """The CRM's own id; empty: it is one of OWN_IDS."""
        return "" if self.crm_id.startswith(OWN_IDS) else self.crm_id


class ErasureQuerySet(models.QuerySet["Erasure"]):
    def has(self, customer_id: int | None) -> bool:
        """Whether a customer was erased: what is told of them later is of nobody, too."""
        return self.filter(customer=customer_id).exists()

    def of(self, customer_ids: Iterable[int]) -> set[int]:
        """Return those of the customers who were erased."""
        found = self.filter(customer__in={*customer_ids})
        return set(found.values_list("customer", flat=True))


class Erasure(models.Model):
    """A customer's personal data was erased: who asked, and when. The proof; never changed."""

    customer = models.OneToOneField(Customer, models.PROTECT, related_name="erasure")
    at = models.DateTimeField()
    by = models.CharField(max_length=64)  # source of the API client that asked
    complaints = models.PositiveIntegerField()  # whose words and addresses went with it
    report = models.TextField(db_default="")  # signed; "": erased before there were reports

    objects = ErasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")

    def __str__(self) -> str:
        return str(self.customer_id)
