"""Monthly reports of the audit: as they were made, for good."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.customers.walled import WalledQuerySet
from complaints.models import Brand, Region


class ReportQuerySet(WalledQuerySet["AuditReport"]):
    """Reports, of which a reader sees those that tell nothing from behind their walls."""


class AuditReport(models.Model):
    """
    What became of a month's promises, as it was known at a moment.

    The figures are canonical JSON: whoever counts anew as of that moment gets the same text and
    the same checksum. The signature, with the installation's key, holds scope, figures and page
    together. The database refuses every change.
    """

    month = models.DateField(_("month"))  # its first day
    brand = models.ForeignKey(  # None: all
        Brand, models.PROTECT, null=True, blank=True, verbose_name=_("brand")
    )
    region = models.ForeignKey(  # None: all
        Region, models.PROTECT, null=True, blank=True, verbose_name=_("region")
    )
    zone = models.CharField(_("time zone"), max_length=64)  # days begin at its midnight
    as_of = models.DateTimeField(_("as known on"))
    by = models.ForeignKey(  # None: made by itself on the first of the month
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("who")
    )
    language = models.CharField(_("language"), max_length=2)  # of the page
    figures = models.TextField(_("figures"))  # canonical JSON
    page = models.TextField(_("page"))  # HTML that needs nothing else
    sha256 = models.CharField(_("checksum"), max_length=64)  # of the figures
    signature = models.CharField(_("signature"), max_length=64)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report of the audit")
        verbose_name_plural = _("reports of the audit")
        constraints = [
            models.UniqueConstraint(
                fields=["month", "brand", "region"],
                condition=Q(by=None),
                nulls_distinct=False,
                name="report_made_by_itself_once",
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="report_of_a_whole_month"),
        ]
        indexes = [models.Index(fields=["-month", "-id"], name="report_newest")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
