"""A rule tried on history before it goes live."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Func, IntegerField, Q
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from complaints.customers.models import Brand
from complaints.customers.walled import WalledQuerySet
from complaints.geocoding.models import Region
from spots.watching.rules import DetectionRule


class TrialState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")
    FAILED = "failed", _("failed")


class TrialQuerySet(WalledQuerySet["Trial"]):
    def without_results(self) -> Self:
        """Leave what is long unread, and add how many spots were found."""
        count = Func(F("found"), function="jsonb_array_length", output_field=IntegerField())
        return self.defer("engine", "found", "region__outline").annotate(found_count=count)


class Trial(models.Model):
    """
    What a rule with these values would have found in a period, beside the spots that were.

    It is worked off in steps by a sweep: after each, how far it got and the engine's state are
    stored, so it goes on where it stopped, on whichever machine. It writes no case.
    """

    rule = models.ForeignKey(DetectionRule, models.PROTECT, verbose_name=_("rule"))
    values = models.JSONField(_("values tried"))  # of the rule's fields, by name
    brand = models.ForeignKey(Brand, models.PROTECT, verbose_name=_("brand"))
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("region"))
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("until"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("who"))
    made_at = models.DateTimeField(_("started at"))

    state = models.CharField(
        _("state"), max_length=9, choices=TrialState.choices, default=TrialState.WAITING
    )
    claimed_until = models.DateTimeField(null=True, editable=False)  # a worker's lease
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)  # since it last moved
    reached = models.DateTimeField(null=True, editable=False)  # how far the replay got
    engine = models.JSONField(null=True, editable=False)  # its state there
    found = models.JSONField(default=list, editable=False)  # spots it would have opened
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)

    found_count: int  # on rows from `without_results`

    objects = TrialQuerySet.as_manager()

    class Meta:
        verbose_name = _("trial of a rule")
        verbose_name_plural = _("trials of rules")
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="trial_has_a_period"),
        ]
        indexes = [
            models.Index(
                fields=["made_at"],
                condition=Q(state__in=[TrialState.WAITING, TrialState.RUNNING]),
                name="trial_to_run",
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule}, {localtime(self.since):%Y-%m-%d} – {localtime(self.until):%Y-%m-%d}"

    @property
    def progress(self) -> float:
        """Share done, 0 … 1."""
        if self.state == TrialState.DONE:
            return 1.0
        done = (self.reached or self.since) - self.since
        return max(0.0, min(1.0, done / (self.until - self.since)))
