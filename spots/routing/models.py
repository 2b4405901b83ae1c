"""Teams and who of them works when, and the rules by which cases come to them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Self, cast

from django.apps import apps
from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeBoundary, RangeOperators
from django.db.models import Count, Exists, F, Func, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from complaints.customers.models import Brand
from complaints.customers.reader import name_of
from complaints.customers.walls import Walls
from complaints.geocoding.models import Region
from complaints.intake.models import Topic
from spots.network.models import Technology
from spots.sla.models import WorkingTime


class Strategy(models.TextChoices):
    """To whom of the team a case goes."""

    LEAVE = "leave", _("left to be taken")
    LEAST_LOADED = "least_loaded", _("to the least loaded on duty")


class TeamQuerySet(models.QuerySet["Team"]):
    def in_use(self) -> Self:
        """Teams that cases may be given to."""
        return self.filter(archived=False)


class Team(models.Model):
    """Engineers who take cases together."""

    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="teams", blank=True, verbose_name=_("members")
    )
    lead = models.ForeignKey(  # is told of what is late
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("lead")
    )
    strategy = models.CharField(
        _("within the team"), max_length=12, choices=Strategy.choices, default=Strategy.LEAVE
    )
    catch_all = models.BooleanField(_("takes what no rule matches"), default=False)
    archived = models.BooleanField(_("archived"), default=False)
    history = HistoricalRecords(app="spots", m2m_fields=[members])

    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        constraints = [
            models.UniqueConstraint(
                fields=["catch_all"], condition=Q(catch_all=True), name="team_one_catch_all"
            ),
            models.CheckConstraint(
                condition=Q(catch_all=False) | Q(archived=False), name="team_catch_all_in_use"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """A form may choose another catch-all: transitions.hand_over_catch_all goes before it."""
        super().validate_constraints(exclude={*(exclude or ()), "catch_all"})


class Fault(models.TextChoices):
    """Why a rule cannot be asked any more."""

    MEMBERS = "members", _("its team has no members")
    ARCHIVED = "archived", _("its team is archived")
    AREA = "area", _("its area is no valid polygon")
    LOST = "lost", _("a topic or cause that it asked for was deleted")


class RoutingRuleQuerySet(models.QuerySet["RoutingRule"]):
    def whole(self) -> Self:
        """In order, with all that decides whether and how a rule is asked: three queries."""
        members = Team.members.through.objects.filter(team=OuterRef("team"), user__is_active=True)
        versions = RoutingRule.history.model.objects.filter(id=OuterRef("pk"))
        last = OuterRef("version")
        topics, causes = (_of_version(name).filter(history=last) for name in ("topics", "causes"))
        return (
            self.select_related("team")
            .prefetch_related("topics", "causes")
            .annotate(
                members=Coalesce(Subquery(_counted(members, "team")), 0),
                version=Subquery(versions.order_by("-history_id").values("history_id")[:1]),
            )
            .annotate(asked_topics=Exists(topics), asked_causes=Exists(causes))
            .order_by("order")
        )


def _of_version(relation: str) -> models.QuerySet[Any]:
    """Return what the versions of rules asked for, be it still there or not."""
    kept = apps.get_model("spots", f"HistoricalRoutingRule_{relation}")._default_manager
    return cast("models.QuerySet[Any]", kept.all())


def _counted(rows: models.QuerySet[Any], by: str) -> models.QuerySet[Any]:
    counts = rows.order_by().values(by).annotate(count=Count("pk"))
    return cast("models.QuerySet[Any]", counts.values("count"))


class RoutingRule(models.Model):
    """
    Sends a new case to a team; rules are asked in order, the first that matches decides.

    What is left empty matches everything: see spots.routing.matching.
    """

    order = models.PositiveIntegerField(_("order"), unique=True)
    team = models.ForeignKey(Team, models.PROTECT, verbose_name=_("team"))
    active = models.BooleanField(_("active"), default=True)
    fault = models.CharField(  # why it was switched off by itself
        _("what is wrong with it"), max_length=8, choices=Fault.choices, blank=True
    )
    fault_at = models.DateTimeField(_("switched off at"), null=True, blank=True)

    brand = models.ForeignKey(Brand, models.CASCADE, null=True, blank=True, verbose_name=_("brand"))
    region = models.ForeignKey(
        Region, models.CASCADE, null=True, blank=True, verbose_name=_("region")
    )
    area = models.MultiPolygonField(_("area"), null=True, blank=True)  # holds the case's centre
    kind = models.CharField(_("kind"), max_length=6, blank=True)  # a Case's
    technologies = ArrayField(
        models.CharField(max_length=2, choices=Technology.choices),
        default=list,
        blank=True,
        verbose_name=_("technologies"),
    )
    topics = models.ManyToManyField(Topic, blank=True, verbose_name=_("topics"))
    topics_share = models.FloatField(_("share of the topics"), default=0.5)  # 0 … 1
    causes = models.ManyToManyField("spots.Cause", blank=True, verbose_name=_("causes"))
    segments = ArrayField(  # codes, as the CRM sends them
        models.CharField(max_length=32), default=list, blank=True, verbose_name=_("segments")
    )
    segments_share = models.FloatField(_("share of the segments"), default=0.5)  # 0 … 1
    complex_only = models.BooleanField(_("complex cases only"), default=False)
    weekdays = ArrayField(  # Monday is 0
        models.PositiveSmallIntegerField(), default=list, blank=True, verbose_name=_("weekdays")
    )
    hours_from = models.TimeField(_("from"), null=True, blank=True)  # on the region's clock
    hours_until = models.TimeField(_("until"), null=True, blank=True)  # may pass midnight

    history = HistoricalRecords(app="spots", m2m_fields=[topics, causes])
    _change_reason: str  # these are read by the history when the row is saved
    _history_date: datetime

    members: int  # active ones of the team; on rows from `whole`
    version: int | None  # the newest of its history; on rows from `whole`
    asked_topics: bool  # by that version; on rows from `whole`
    asked_causes: bool

    objects = RoutingRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("routing rule")
        verbose_name_plural = _("routing rules")
        constraints = [
            models.CheckConstraint(
                condition=Q(fault="", fault_at=None)
                | (~Q(fault="") & Q(fault_at__isnull=False, active=False)),
                name="routing_broken_is_off",
            ),
            models.CheckConstraint(
                condition=Q(topics_share__gte=0, topics_share__lte=1)
                & Q(segments_share__gte=0, segments_share__lte=1),
                name="routing_shares_make_sense",
            ),
            models.CheckConstraint(
                condition=Q(hours_from=None, hours_until=None)
                | (
                    Q(hours_from__isnull=False, hours_until__isnull=False)
                    & ~Q(hours_from=F("hours_until"))
                ),
                name="routing_hours_make_sense",
            ),
            models.CheckConstraint(
                condition=Q(weekdays__contained_by=[0, 1, 2, 3, 4, 5, 6]),
                name="routing_weekdays_make_sense",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} → {self.team}"


class OfStaffQuerySet(models.QuerySet[Any]):
    def within(self, walls: Walls) -> Self:
        """Leave the rows of people who work for a brand and in a region of the reader's."""
        rows = self
        if walls.brands is not None:
            rows = rows.filter(user__brands__in=walls.brands)
        if walls.regions is not None:
            rows = rows.filter(user__regions__in=walls.regions)
        return rows.distinct()


class Duty(models.Model):
    """When a member of a team works, and what they know. Without a row: always, everything."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="duty", verbose_name=_("who")
    )
    working_time = models.ForeignKey(  # None: always
        WorkingTime, models.PROTECT, null=True, blank=True, verbose_name=_("shifts")
    )
    technologies = ArrayField(
        models.CharField(max_length=2, choices=Technology.choices),
        default=list,
        blank=True,
        verbose_name=_("technologies"),
    )
    topics = models.ManyToManyField(Topic, blank=True, verbose_name=_("topics"))
    complex_cases = models.BooleanField(_("takes complex cases"), default=True)
    history = HistoricalRecords(app="spots", m2m_fields=[topics])

    objects = OfStaffQuerySet.as_manager()

    class Meta:
        verbose_name = _("shifts and skills")
        verbose_name_plural = _("shifts and skills")

    def __str__(self) -> str:
        return name_of(self.user)


class TsTzRange(Func):
    function = "TSTZRANGE"


class Absence(models.Model):
    """A time when a member of a team is away, and who stands in."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="absences", verbose_name=_("who")
    )
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("until"))
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("deputy"),
    )
    history = HistoricalRecords(app="spots")

    objects = OfStaffQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="absence_ends_later"),
            models.CheckConstraint(
                condition=Q(deputy=None) | ~Q(deputy=F("user")), name="absence_deputy_is_another"
            ),
            ExclusionConstraint(
                name="absence_one_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    (TsTzRange("since", "until", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("There is an absence of this person at that time."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.since:%Y-%m-%d} – {self.until:%Y-%m-%d}"


class Reason(models.TextChoices):
    """Why a person moved a case to another team."""

    NOT_OURS = "not_ours", _("not this team's work")
    OTHER_CAUSE = "other_cause", _("the cause turned out to be another")
    OTHER_AREA = "other_area", _("another team looks after this area")
    OVERLOAD = "overload", _("the team has too much to do")
    NOBODY = "nobody", _("nobody of the team is there")
    OTHER = "other", _("other: see the note")


# Too much work, or nobody there, says nothing about where such cases belong.
TEACHING = frozenset({Reason.NOT_OURS, Reason.OTHER_CAUSE, Reason.OTHER_AREA, Reason.OTHER})
