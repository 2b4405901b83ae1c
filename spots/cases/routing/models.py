"""The record of routing: to whom each case came, by which rule or person, and on what facts."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.customers.walls import Walls
from complaints.intake.models import Topic
from spots.cases.models import Case
from spots.routing.models import Reason, Team


class RoutingQuerySet(models.QuerySet["Routing"]):
    def within(self, walls: Walls) -> Self:
        return self.filter(case__in=Case.objects.within(walls).values("pk"))

    def by_rules(self) -> Self:
        """What rules decided, those included where none matched."""
        return self.filter(by_rules=True)


class Routing(models.Model):
    """
    One time that a case was given to a team, or that no rule took it. Appended, never changed.

    The facts are those of that moment: a rule that is tried later is asked about them.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="routings")
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(  # None: the engine
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    by_rules = models.BooleanField()  # else a person, or the team it is a part of, said to whom
    facts = models.JSONField()  # spots.routing.facts.Facts
    topic = models.ForeignKey(Topic, models.PROTECT, null=True, related_name="+")  # the main one
    rule = models.PositiveBigIntegerField(null=True)  # its id: it may have been deleted since
    version = models.PositiveBigIntegerField(null=True)  # of the rule, in its history
    because = models.JSONField(default=list)  # the rule's conditions, by name
    passed = models.JSONField(default=list)  # [[id, order, why not], …] of the rules before it
    from_team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    to_team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    engineer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    chosen = models.JSONField(default=dict)  # why this engineer: spots.routing.choosing.Choice
    reason = models.CharField(_("reason"), max_length=12, choices=Reason.choices, blank=True)

    objects = RoutingQuerySet.as_manager()

    class Meta:
        verbose_name = _("routing")
        verbose_name_plural = _("routings")
        constraints = [
            models.CheckConstraint(
                condition=Q(rule=None) | Q(by_rules=True, to_team__isnull=False),
                name="routing_by_a_rule_has_a_team",
            ),
            models.CheckConstraint(
                condition=Q(to_team__isnull=False) | Q(by_rules=True),
                name="routing_to_nobody_by_rules_only",
            ),
            models.CheckConstraint(
                condition=Q(engineer=None) | Q(to_team__isnull=False),
                name="routing_engineer_has_a_team",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "id"], name="routing_of_case"),
            models.Index(F("at").desc(), condition=Q(by_rules=True), name="routing_by_rules"),
            models.Index(fields=["engineer", "at"], name="routing_to_engineer"),
            models.Index(fields=["from_team", "at"], name="routing_from_team"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} → {self.to_team_id or '—'}"
