"""Whom we asked, and what they answered."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.customers.models import Customer
from complaints.customers.personal import EncryptedTextField
from complaints.customers.walled import WalledQuerySet
from spots.cases.models import Case, Event


class InvitationQuerySet(WalledQuerySet["Invitation"]):
    of = "case__"


class Invitation(models.Model):
    """One customer asked about one fix; its token (tokens.py) opens the rating page."""

    case = models.ForeignKey(
        Case, models.PROTECT, related_name="invitations", verbose_name=_("case")
    )
    event = models.ForeignKey(  # the fix that is asked about
        Event, models.PROTECT, related_name="invitations", verbose_name=_("event")
    )
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="invitations", verbose_name=_("customer")
    )
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("answers until"))

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["event", "customer"], name="invitation_once_per_fix_and_customer"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("created_at")), name="invitation_expires_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.pk}"


class AnswerChannel(models.TextChoices):
    WEB = "web", _("web page")


class AnswerQuerySet(WalledQuerySet["Answer"]):
    of = "invitation__case__"


class Answer(models.Model):
    """What an invited customer said. They may change it until the invitation expires."""

    invitation = models.OneToOneField(
        Invitation, models.PROTECT, related_name="answer", verbose_name=_("invitation")
    )
    rating = models.PositiveSmallIntegerField(_("rating"))  # 1 not better … 5 all well
    rated_at = models.DateTimeField(_("rated at"))  # as it stands now
    comment = EncryptedTextField(_("comment"))
    commented_at = models.DateTimeField(_("commented at"), null=True, blank=True)
    channel = models.CharField(_("channel"), max_length=5, choices=AnswerChannel.choices)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [
            models.CheckConstraint(
                condition=Q(rating__gte=1, rating__lte=5), name="answer_rating_1_to_5"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=AnswerChannel.values), name="answer_channel"
            ),
        ]
        indexes = [models.Index(fields=["rated_at"], name="answer_rated")]

    def __str__(self) -> str:
        return f"{self.invitation_id}: {self.rating}"
