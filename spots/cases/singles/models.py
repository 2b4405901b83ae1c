"""Single cases, and the setting that says which complaints become one by themselves."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from complaints.intake.models import Channel
from spots.cases.models import Case
from spots.cases.only_row import IS_ONLY, OnlyRow


class SingleCase(Case):
    """The admin's name for cases of kind single: one complaint that is handled by itself."""

    class Meta:
        proxy = True
        verbose_name = _("single case")
        verbose_name_plural = _("single cases")


class SingleRule(OnlyRow):
    """
    Which complaints are handled by themselves: those for which any of these holds.

    What is left empty asks for nothing; with all of it empty no single case opens by itself.
    """

    severity_from = models.PositiveSmallIntegerField(  # 1 mild … 5 worst, as a topic's
        _("topics of severity from"), null=True, blank=True
    )
    segments = ArrayField(  # codes, as the CRM sends them
        models.CharField(max_length=32), default=list, blank=True, verbose_name=_("segments")
    )
    channels = ArrayField(
        models.CharField(max_length=10, choices=Channel.choices),
        default=list,
        blank=True,
        verbose_name=_("channels"),
    )
    spotless_minutes = models.PositiveIntegerField(  # from reception
        _("in no spot after, minutes"), null=True, blank=True
    )
    history = HistoricalRecords(app="spots")

    class Meta:
        verbose_name = _("what becomes a single case")
        verbose_name_plural = _("what becomes a single case")
        constraints = [
            models.CheckConstraint(condition=IS_ONLY, name="singlerule_one_row"),
            models.CheckConstraint(
                condition=Q(severity_from=None) | Q(severity_from__gte=1, severity_from__lte=5),
                name="singlerule_severity_makes_sense",
            ),
            models.CheckConstraint(
                condition=Q(spotless_minutes=None) | Q(spotless_minutes__gte=1),
                name="singlerule_minutes_make_sense",
            ),
        ]
