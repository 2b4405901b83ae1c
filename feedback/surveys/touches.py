"""What the CRM tells of customers at touch points: surveys ask about it, gifts are given for it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.customers.models import Customer
from complaints.geocoding.models import Region


class Touch(models.Model):
    """A customer met us at a touch point, as the CRM tells: a visit, a call, a new tariff."""

    source = models.CharField(_("source"), max_length=50)
    reference = models.CharField(_("reference"), max_length=100)  # the source's own
    touch_point = models.SlugField(_("touch point"))
    at = models.DateTimeField(_("at"))
    received_at = models.DateTimeField(_("received at"))
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="touches")
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+")
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    unit = models.CharField(_("shop or office"), max_length=100, blank=True)
    roaming = models.BooleanField(_("roaming"), default=False)

    class Meta:
        verbose_name = _("touch")
        verbose_name_plural = _("touches")
        constraints = [
            models.UniqueConstraint(fields=["source", "reference"], name="touch_once_per_source")
        ]
        indexes = [models.Index(fields=["touch_point", "at"], name="touch_of_point")]

    def __str__(self) -> str:
        return f"{self.touch_point} {self.reference}"
