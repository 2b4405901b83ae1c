"""Days on which everybody of the staff listens to what customers say."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ListeningDay(models.Model):
    """A day, by this installation's clock, on which the stream of complaints is open to all."""

    day = models.DateField(_("day"), unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("listening day")
        verbose_name_plural = _("listening days")

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"
