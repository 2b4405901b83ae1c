"""Brands whose callers are served by those alone who passed its test, and who did, until when."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from complaints.customers.models import Brand
from complaints.customers.reader import name_of
from complaints.customers.walled import WalledQuerySet


class CertifiedBrand(models.Model):
    """A brand that asks for a certificate."""

    brand = models.OneToOneField(Brand, models.PROTECT, related_name="+", verbose_name=_("brand"))
    days = models.PositiveSmallIntegerField(
        _("a certificate holds, days"),
        default=365,
        validators=[MinValueValidator(1), MaxValueValidator(3650)],
        help_text=_("Where nothing else is said of it."),
    )
    active = models.BooleanField(
        _("asked for"),
        default=True,
        help_text=_("Without a valid certificate nobody serves this brand's callers."),
    )
    history = HistoricalRecords(app="spots")

    class Meta:
        verbose_name = _("brand that asks for a certificate")
        verbose_name_plural = _("brands that ask for a certificate")
        constraints = [
            models.CheckConstraint(
                condition=Q(days__gte=1, days__lte=3650), name="certified_brand_days"
            )
        ]

    def __str__(self) -> str:
        return str(self.brand)


class CertificateQuerySet(WalledQuerySet["Certificate"]):
    walled = {"brand": False}


class Certificate(models.Model):
    """Somebody passed the test of a brand."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("who")
    )
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", verbose_name=_("brand"))
    passed_on = models.DateField(pgettext_lazy("certificate", "passed on"))
    until = models.DateField(_("valid until"))  # that day still
    history = HistoricalRecords(app="spots")

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "brand"],
                name="certificate_once",
                violation_error_message=_("There is one already: change its days."),
            ),
            models.CheckConstraint(
                condition=Q(until__gte=F("passed_on")), name="certificate_ends_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{name_of(self.user)}: {self.brand}"
