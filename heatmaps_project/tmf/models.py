"""What the TM Forum's faces keep beside complaints and cases."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.customers.models import Brand
from complaints.customers.personal import EncryptedTextField
from complaints.intake.models import Complaint
from spots.cases.models import Case


class Told(models.Model):
    """What another system says of something, in its own words."""

    status = models.CharField(max_length=20, blank=True)  # as told; empty: as we see it ourselves
    status_at = models.DateTimeField(null=True, blank=True)
    changes = models.JSONField(default=list, blank=True)  # statusChange, oldest first
    rest = EncryptedTextField()  # JSON: attributes that we keep, and do not understand
    hidden_at = models.DateTimeField(null=True, blank=True)  # deleted, for the other system
    changed_at = models.DateTimeField()

    class Meta:
        abstract = True
        indexes = [models.Index(fields=["changed_at"], name="%(class)s_changed")]


class TroubleTicket(Told):
    """What TMF621 says of a complaint beside what every complaint says."""

    complaint = models.OneToOneField(Complaint, models.PROTECT, related_name="ticket")
    severity = models.CharField(max_length=100, blank=True)
    priority = models.CharField(max_length=100, blank=True)
    ticket_type = models.CharField(max_length=100, blank=True)

    class Meta(Told.Meta):
        verbose_name = _("trouble ticket")
        verbose_name_plural = _("trouble tickets")

    def __str__(self) -> str:
        return str(self.complaint_id)


class ServiceProblem(Told):
    """
    What TMF656 says of a spot; or a problem that names no complaints, and so is no spot.

    Such a problem has no place of ours: it is kept for who told of it, and is on no map.
    """

    case = models.OneToOneField(Case, models.PROTECT, null=True, blank=True, related_name="problem")
    brand = models.ForeignKey(Brand, models.PROTECT)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    category = models.CharField(max_length=100, blank=True)
    priority = models.PositiveSmallIntegerField(null=True, blank=True)  # 1 highest … 10
    raised_at = models.DateTimeField()

    class Meta(Told.Meta):
        verbose_name = _("service problem")
        verbose_name_plural = _("service problems")
        constraints = [
            models.CheckConstraint(
                condition=Q(priority=None) | Q(priority__gte=1, priority__lte=10),
                name="problem_priority_1_to_10",
            )
        ]
        indexes = [
            *Told.Meta.indexes,
            models.Index(
                fields=["brand", "id"],
                condition=Q(case=None, hidden_at=None),
                name="problem_of_no_spot",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
