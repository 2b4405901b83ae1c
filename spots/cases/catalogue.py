"""What people set up for the work on cases: teams, causes and routing rules."""

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from complaints.customers.models import Brand, Named
from complaints.geocoding.models import Region
from complaints.intake.models import Topic


class Team(models.Model):
    """Engineers who take cases together."""

    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="teams", blank=True, verbose_name=_("members")
    )
    catch_all = models.BooleanField(_("takes what no rule matches"), default=False)

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        constraints = [
            models.UniqueConstraint(
                fields=["catch_all"], condition=Q(catch_all=True), name="team_one_catch_all"
            )
        ]

    def __str__(self) -> str:
        return self.name


class RoutingRule(models.Model):
    """Sends a new case to a team; rules are asked in order, the first that matches decides."""

    order = models.PositiveIntegerField(_("order"), unique=True)
    brand = models.ForeignKey(Brand, models.CASCADE, null=True, blank=True, verbose_name=_("brand"))
    region = models.ForeignKey(
        Region, models.CASCADE, null=True, blank=True, verbose_name=_("region")
    )
    area = models.MultiPolygonField(_("area"), null=True, blank=True)  # holds the case's centre
    topics = models.ManyToManyField(Topic, blank=True, verbose_name=_("topics"))
    team = models.ForeignKey(Team, models.PROTECT, verbose_name=_("team"))
    active = models.BooleanField(_("active"), default=True)
    history = HistoricalRecords(m2m_fields=[topics])

    class Meta:
        verbose_name = _("routing rule")
        verbose_name_plural = _("routing rules")

    def __str__(self) -> str:
        return f"{self.order} → {self.team}"


class FixKind(models.TextChoices):
    ACCIDENT = "accident", _("accident")
    OPTIMISATION = "optimisation", _("optimisation")
    NEW_BUILD = "new_build", _("new build")


class Cause(Named):
    """Why a place has bad service, in the engineer's words and in the customer's."""

    code = models.SlugField(_("code"), unique=True)
    fix_kind = models.CharField(_("kind of fix"), max_length=12, choices=FixKind.choices)
    said_ru = models.CharField(_("told to customers in Russian"), max_length=200)
    said_en = models.CharField(_("told to customers in English"), max_length=200)

    class Meta:
        verbose_name = _("cause")
        verbose_name_plural = _("causes")

    def said_in(self, language: str) -> str:
        return self.said_ru if language.startswith("ru") else self.said_en
