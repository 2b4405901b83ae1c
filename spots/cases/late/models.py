"""Why promises were kept late: the reasons that may be given, and those that were."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.customers.models import Named
from spots.cases.models import Event
from spots.sla.models import Clock


class LateReasonQuerySet(models.QuerySet["LateReason"]):
    def in_use(self) -> Self:
        """Reasons that may be given: not archived, in their order."""
        return self.filter(archived_at=None).order_by("order", "pk")


class LateReason(Named):
    """A reason that whoever keeps a promise late may give. One that was given is archived."""

    code = models.SlugField(_("code"), unique=True)
    order = models.PositiveIntegerField(_("order"), default=0)
    wants_note = models.BooleanField(  # it says too little by itself
        _("a note has to say more"), default=False
    )
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)

    objects = LateReasonQuerySet.as_manager()

    class Meta:
        verbose_name = _("reason for being late")
        verbose_name_plural = _("reasons for being late")


class LateReasonGiven(models.Model):
    """Why a promise was kept late, with the move that kept it: appended, never changed."""

    event = models.OneToOneField(Event, models.PROTECT, related_name="late_reason")  # says by whom
    clock = models.ForeignKey(Clock, models.PROTECT, related_name="late_reasons")
    reason = models.ForeignKey(
        LateReason, models.PROTECT, related_name="given", verbose_name=_("reason")
    )
    at = models.DateTimeField(_("when"))  # the event's

    class Meta:
        # As at first, when only fixes were asked why: renamed, the table would be missed by those
        # processes that are not yet of the new version.
        db_table = "spots_latefix"
        verbose_name = _("reason given for being late")
        verbose_name_plural = _("reasons given for being late")
        indexes = [
            models.Index(fields=["clock", "-at"], name="late_fix_of_clock"),
            models.Index(fields=["at"], include=["clock", "reason"], name="late_fix_audited"),
        ]

    def __str__(self) -> str:
        return f"{self.clock}: {self.reason}"
