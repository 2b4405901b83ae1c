"""What API clients called lately, counted: no bodies, no addresses, nothing of anybody."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from heatmaps_project.accounts.models import ApiClient


class CallCount(models.Model):
    """How often a client called an endpoint within a day, and was answered with a status."""

    client = models.ForeignKey(ApiClient, models.CASCADE, related_name="calls")
    day = models.DateField(_("day"))  # in UTC
    method = models.CharField(_("method"), max_length=7)
    route = models.CharField(_("endpoint"), max_length=100)  # with the names of its parameters
    status = models.PositiveSmallIntegerField(_("answer"))  # of HTTP
    times = models.PositiveIntegerField(_("times"))
    last_at = models.DateTimeField(_("last"))

    class Meta:
        verbose_name = _("calls of a client")
        verbose_name_plural = _("calls of clients")
        constraints = [
            models.UniqueConstraint(
                fields=["client", "day", "method", "route", "status"], name="calls_once"
            )
        ]
        indexes = [
            models.Index(fields=["client", "-last_at"], name="calls_last"),
            models.Index(fields=["day"], name="calls_day"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.route} {self.status}"
