"""Telephone numbers that are known beforehand: our own, and where ranges of them belong."""

from collections.abc import Collection
from typing import Final

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from complaints.among import among
from complaints.customers.models import Customer
from complaints.customers.personal import EncryptedTextField


class Kind(models.TextChoices):
    EMPLOYEE = "employee", _("employee")
    TEST = "test", _("test number")


class OwnNumber(models.Model):
    """A number of ours: what it is sent is marked, it is not asked, and counts in no rating."""

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.EMPLOYEE)
    phone = EncryptedTextField(_("phone"))  # E.164
    phone_index = models.BinaryField(unique=True, editable=False)
    note = models.CharField(_("note"), max_length=100, blank=True)
    history = HistoricalRecords(excluded_fields=["phone", "phone_index"])

    class Meta:
        verbose_name = _("own number")
        verbose_name_plural = _("own numbers")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="ownnumber_kind")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


# The customers who are ours, by either way; in SQL, as queries of other rooms need it, too. With OR
# instead of the union, every customer would be read.
OWN_CUSTOMERS: Final = """
    SELECT id FROM complaints_customer WHERE segment IN ('employee', 'test')
    UNION ALL
    SELECT customer.id FROM complaints_ownnumber own
    JOIN complaints_customer customer ON customer.phone_index = own.phone_index
"""


def own_customers() -> RawSQL:
    """Return the numbers of the customers who are ours, for `customer__in`."""
    return RawSQL(OWN_CUSTOMERS, ())


def own_among(ids: Collection[int]) -> set[int]:
    """Return which of some customers are ours; one query."""
    rows = Customer.objects.filter(among("pk", ids)).filter(pk__in=own_customers())
    return set(rows.values_list("pk", flat=True))


class NumberRange(models.Model):
    """Numbers from one to another, by the public numbering plan: where those who have them live."""

    first = models.BigIntegerField(_("first number"))  # digits of E.164
    last = models.BigIntegerField(_("last number"))
    time_zone = models.CharField(_("time zone"), max_length=40)  # IANA
    region = models.CharField(_("region"), max_length=200, blank=True)  # as the plan calls it

    class Meta:
        verbose_name = _("range of numbers")
        verbose_name_plural = _("ranges of numbers")
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="numberrange_grows"),
            ExclusionConstraint(
                name="numberrange_apart",
                expressions=[
                    (
                        Func(F("first"), F("last"), Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    )
                ],
            ),
        ]
        indexes = [models.Index(fields=["first"], name="numberrange_first")]

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"
