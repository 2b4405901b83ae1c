"""That a person called a case complex."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from spots.cases.models import Case


class ComplexMarkQuerySet(models.QuerySet["ComplexMark"]):
    def current(self) -> Self:
        return self.filter(ended_at=None)


class ComplexMark(models.Model):
    """Somebody marked a case as complex. Kept when it is taken off; the case's events say why."""

    case = models.ForeignKey(
        Case, models.PROTECT, related_name="complex_marks", verbose_name=_("case")
    )
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ComplexMarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("mark of a complex case")
        verbose_name_plural = _("marks of complex cases")
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="complex_mark_ended_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_at=None), name="complex_mark_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.case)
