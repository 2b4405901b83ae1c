"""The network as the operator planned and runs it: sites, coverage, outages and works."""

from typing import Self

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.customers.models import Brand
from complaints.customers.walls import Walls


class OfBrandQuerySet(models.QuerySet[models.Model]):
    def within(self, walls: Walls) -> Self:
        return self if walls.brands is None else self.filter(brand__in=walls.brands)


class Technology(models.TextChoices):
    G2 = "2G", "2G"
    G3 = "3G", "3G"
    G4 = "4G", "4G"
    G5 = "5G", "5G"


class Site(models.Model):
    """A base station."""

    brand = models.ForeignKey(Brand, models.PROTECT, verbose_name=_("brand"))
    code = models.CharField(_("code"), max_length=50)
    name = models.CharField(_("name"), max_length=200)
    point = models.PointField(_("point"))  # WGS 84
    technologies = ArrayField(
        models.CharField(max_length=2, choices=Technology.choices), verbose_name=_("technologies")
    )

    objects = OfBrandQuerySet.as_manager()

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        constraints = [
            models.UniqueConstraint(fields=["brand", "code"], name="site_once_per_brand")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Coverage(models.Model):
    """Where a technology should work, outdoors or indoors, by the operator's own prediction."""

    class Level(models.TextChoices):
        OUTDOOR = "outdoor", _("outdoors")
        INDOOR = "indoor", _("indoors")

    brand = models.ForeignKey(Brand, models.PROTECT, verbose_name=_("brand"))
    technology = models.CharField(_("technology"), max_length=2, choices=Technology.choices)
    level = models.CharField(_("level"), max_length=7, choices=Level.choices)
    area = models.MultiPolygonField(_("area"))  # WGS 84
    valid_from = models.DateField(_("valid from"))
    source = models.CharField(_("source"), max_length=200, blank=True)

    objects = OfBrandQuerySet.as_manager()

    class Meta:
        verbose_name = _("coverage")
        verbose_name_plural = _("coverage")

    def __str__(self) -> str:
        return f"{self.technology} {self.get_level_display()}"


class NetworkEvent(models.Model):
    """An outage that monitoring knows of, or works that were announced."""

    class Kind(models.TextChoices):
        OUTAGE = "outage", _("outage")
        WORKS = "works", _("planned works")

    brand = models.ForeignKey(Brand, models.PROTECT, verbose_name=_("brand"))
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=200)
    area = models.PolygonField(_("area"))  # WGS 84
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"), null=True, blank=True)  # None: not known
    sites = models.ManyToManyField(Site, blank=True, verbose_name=_("sites"))

    objects = OfBrandQuerySet.as_manager()

    class Meta:
        verbose_name = _("network event")
        verbose_name_plural = _("network events")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")),
                name="network_event_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return self.title
