"""Wishes and ideas: which department has each, who works on it, who wants it, what came of it."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from complaints.customers.models import Brand, Customer, Named
from complaints.customers.personal import EncryptedTextField
from complaints.customers.walled import WalledQuerySet
from complaints.geocoding.models import Region
from feedback.comments.models import Comment
from feedback.insights.states import ENDED, Helped, Kind, State


class Department(Named):
    """Who decides of a kind of wishes: tariffs, shops, the network."""

    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lead"),
    )
    active = models.BooleanField(_("active"), default=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")


class InsightQuerySet(WalledQuerySet["Insight"]):
    walled = {"brand": False, "region": True}

    def to_look_at(self, today: date) -> Self:
        """What is done, and whose day to see whether it helped has come."""
        return self.filter(state=State.DONE, look_on__lte=today)

    def voted_by(self, user_id: int) -> Self:
        """Add whether somebody has voted for each."""
        votes = Vote.objects.filter(insight=OuterRef("pk"), user=user_id)
        return self.annotate(voted=Exists(votes))


class Insight(models.Model):
    """A wish or an idea, of a customer or of the staff, and what becomes of it."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", verbose_name=_("brand"))
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("region")
    )
    title = models.CharField(_("in short"), max_length=150)
    words = EncryptedTextField(_("in their own words"))
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="insights", verbose_name=_("department")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    comment = models.OneToOneField(  # None: an idea of the staff
        Comment, models.PROTECT, null=True, blank=True, related_name="insight"
    )
    customer = models.ForeignKey(  # who wrote the comment
        Customer, models.PROTECT, null=True, blank=True, related_name="insights"
    )
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("raised by")
    )
    raised_at = models.DateTimeField(_("raised at"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.NEW)
    next_on = models.DateField(  # when there is to be more to say
        _("next word by"), null=True, blank=True
    )
    same_as = models.ForeignKey(  # the one that it is a double of
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="doubles",
        verbose_name=_("the same as"),
    )
    votes = models.PositiveIntegerField(_("votes"), default=0)
    answer = models.CharField(_("what was done"), max_length=300, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    look_on = models.DateField(_("look whether it helped on"), null=True, blank=True)
    helped = models.CharField(_("did it help"), max_length=7, choices=Helped.choices, blank=True)

    voted: bool  # on rows from `voted_by`

    objects = InsightQuerySet.as_manager()

    class Meta:
        verbose_name = _("insight")
        verbose_name_plural = _("insights")
        permissions = [
            ("raise_insight", _("Can raise insights and vote for them")),
            ("work_insight", _("Can work on insights and answer them")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="insight_state"),
            models.CheckConstraint(
                condition=Q(state__in=ENDED, ended_at__isnull=False) & ~Q(answer="")
                | ~Q(state__in=ENDED) & Q(ended_at=None),
                name="insight_ended_with_an_answer",
            ),
            models.CheckConstraint(
                condition=Q(state=State.JOINED, same_as__isnull=False) & ~Q(same_as=F("pk"))
                | ~Q(state=State.JOINED) & Q(same_as=None),
                name="insight_joined_with_another",
            ),
            models.CheckConstraint(
                condition=Q(state=State.DONE) | Q(look_on=None, helped=""),
                name="insight_looked_at_when_done",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.WORKING) | Q(owner__isnull=False),
                name="insight_in_work_has_an_owner",
            ),
            models.CheckConstraint(
                condition=Q(comment=None, customer=None)
                | Q(comment__isnull=False, customer__isnull=False),
                name="insight_of_a_customer_from_a_comment",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-votes", "-id"], name="insight_board"),
            models.Index(fields=["department", "state"], name="insight_of_department"),
            models.Index(
                fields=["look_on"], condition=Q(look_on__isnull=False), name="insight_to_look_at"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Vote(models.Model):
    """Somebody of the staff wants it too."""

    insight = models.ForeignKey(Insight, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        constraints = [models.UniqueConstraint(fields=["insight", "user"], name="vote_once")]

    def __str__(self) -> str:
        return f"{self.insight_id}/{self.user_id}"


class InsightStep(models.Model):
    """What was done about an insight; never changed."""

    insight = models.ForeignKey(Insight, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=7, choices=Kind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    note = models.CharField(max_length=300, blank=True)  # to which department, or the answer

    class Meta:
        verbose_name = _("step of an insight")
        verbose_name_plural = _("steps of insights")
        indexes = [models.Index(fields=["insight", "id"], name="step_of_insight")]

    def __str__(self) -> str:
        return f"{self.insight_id} {self.kind}"
