"""The network as the operator planned and runs it: sites, coverage, outages and works."""

from typing import TypeVar

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from complaints.customers.models import Brand
from complaints.customers.walled import WalledQuerySet
from spots.network.shapes import AreaField

_Row = TypeVar("_Row", bound=models.Model)


class OfBrandQuerySet(WalledQuerySet[_Row]):
    walled = {"brand": False}


class SiteQuerySet(OfBrandQuerySet["Site"]):
    """Sites, within the brands of whoever reads."""


class CoverageQuerySet(OfBrandQuerySet["Coverage"]):
    """Coverage, within the brands of whoever reads."""


class NetworkEventQuerySet(OfBrandQuerySet["NetworkEvent"]):
    """Outages and works, within the brands of whoever reads."""


class MeasurementQuerySet(OfBrandQuerySet["Measurement"]):
    """What was measured of the network, within the brands of whoever reads."""


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

    objects = SiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        constraints = [
            models.UniqueConstraint(fields=["brand", "code"], name="site_once_per_brand")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Sector(models.Model):
    """A part of a site: the way its antennas look. A site without sectors serves all round."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="sectors", verbose_name=_("site"))
    azimuth = models.FloatField(  # degrees clockwise from north
        _("azimuth, degrees"), validators=[MinValueValidator(0), MaxValueValidator(359.999)]
    )
    beam_width = models.FloatField(  # degrees, half of them on each side of the azimuth
        _("beam width, degrees"),
        default=120,
        validators=[MinValueValidator(1), MaxValueValidator(360)],
    )
    range_m = models.FloatField(  # None: what is usual (sectors.USUAL_RANGE_M)
        _("range, metres"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    technologies = ArrayField(
        models.CharField(max_length=2, choices=Technology.choices),
        default=list,
        blank=True,
        verbose_name=_("technologies"),
    )

    class Meta:
        verbose_name = _("sector")
        verbose_name_plural = _("sectors")
        constraints = [
            models.CheckConstraint(
                condition=Q(azimuth__gte=0, azimuth__lt=360), name="sector_azimuth"
            ),
            models.CheckConstraint(
                condition=Q(beam_width__gt=0, beam_width__lte=360), name="sector_beam_width"
            ),
            models.CheckConstraint(
                condition=Q(range_m=None) | Q(range_m__gt=0), name="sector_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.azimuth:g}°"


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

    objects = CoverageQuerySet.as_manager()

    class Meta:
        verbose_name = _("coverage")
        verbose_name_plural = _("coverage")
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "technology", "level", "source"],
                name="coverage_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.technology} {self.get_level_display()}"


class NetworkEvent(models.Model):
    """An outage that monitoring knows of, or works that were announced."""

    class Kind(models.TextChoices):
        OUTAGE = "outage", _("outage")
        WORKS = "works", _("planned works")
        BUILD = "build", _("new build")  # a site that is being built; customers are not told

    brand = models.ForeignKey(Brand, models.PROTECT, verbose_name=_("brand"))
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=200)
    area = AreaField(_("area"))  # WGS 84
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"), null=True, blank=True)  # None: not known
    sites = models.ManyToManyField(Site, blank=True, verbose_name=_("sites"))
    # the sender's own id; "": typed in here
    external_id = models.CharField(_("number with the sender"), max_length=100, blank=True)
    # code of the cause, where the sender knows it; causes are a room above, so no key
    cause_code = models.SlugField(_("code of the cause"), blank=True, db_index=False)
    fingerprint = models.BinaryField(null=True, editable=False)  # of the body that the API took

    objects = NetworkEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("network event")
        verbose_name_plural = _("network events")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")),
                name="network_event_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["brand", "external_id"],
                condition=~Q(external_id=""),
                name="network_event_once_per_brand",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Measurement(models.Model):
    """How often the network failed somebody at a place: as a survey asked, or as a cell counted."""

    class Kind(models.TextChoices):
        SURVEY = "survey", _("survey of network quality")
        COUNTER = "counter", _("counters of a cell")

    brand = models.ForeignKey(Brand, models.PROTECT, verbose_name=_("brand"))
    kind = models.CharField(_("kind"), max_length=7, choices=Kind.choices)
    external_id = models.CharField(_("number with the sender"), max_length=200)
    point = models.PointField(_("point"))  # WGS 84; of a cell's counters, where its site stands
    at = models.DateTimeField(_("when"))
    # an answer is one try, and failed if its score is poor; a cell counts its connections
    tried = models.PositiveIntegerField(_("tried"))
    failed = models.PositiveIntegerField(_("failed"))
    known_at = models.DateTimeField(editable=False, db_default=Now())  # as it is said here

    objects = MeasurementQuerySet.as_manager()

    class Meta:
        verbose_name = _("measurement of the network")
        verbose_name_plural = _("measurements of the network")
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "kind", "external_id"], name="measurement_once_per_brand"
            ),
            models.CheckConstraint(
                condition=Q(tried__gt=0, failed__lte=F("tried")), name="measurement_counts"
            ),
        ]
        indexes = [
            models.Index(  # detection asks for the answers of the last weeks
                fields=["brand", "at"],
                include=["known_at"],
                condition=Q(kind="survey"),
                name="measurement_answered",
            )
        ]

    def __str__(self) -> str:
        return self.external_id
