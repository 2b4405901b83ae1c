"""What is prepared for drawing: the base map and whose it is, coverage cut up, heat counted."""

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex

from complaints.customers.models import Brand
from complaints.customers.walled import WalledQuerySet
from complaints.geocoding.models import Region
from complaints.intake.models import Topic
from spots.network.models import Coverage


class BaseFeature(models.Model):
    """One thing to draw under everything else, stored as it is drawn (web mercator)."""

    class Layer(models.TextChoices):
        AREA = "areas"
        ROAD = "roads"
        BUILDING = "buildings"
        PLACE = "places"

    layer = models.CharField(max_length=9, choices=Layer.choices)
    # areas: water, forest, park …; roads: motorway, residential …; places: city, town, village
    cls = models.CharField(max_length=20)
    name = models.CharField(max_length=200, blank=True)
    shape = models.GeometryField(srid=3857)
    min_zoom = models.PositiveSmallIntegerField(default=0)  # drawn from this zoom on

    class Meta:
        # At low zooms the envelope holds nearly every row and min_zoom only a few.
        indexes = [models.Index(fields=["min_zoom"], name="base_feature_zoom")]

    def __str__(self) -> str:
        return f"{self.layer} {self.cls} {self.name}".strip()


class BaseSource(models.Model):
    """A file that the base map was laid from, and whom its data is owed to."""

    name = models.CharField(max_length=200)
    attribution = models.CharField(max_length=200)  # shown on every map
    laid_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class CoveragePieceQuerySet(WalledQuerySet["CoveragePiece"]):
    of = "coverage__"
    walled = {"brand": False}


class CoveragePiece(models.Model):
    """
    A small part of a coverage, simplified to the pixel of a zoom.

    A country's coverage has a hundred thousand corners, of which a tile needs a few. The database
    cuts an area itself whenever it is written (migration 0006).
    """

    coverage = models.ForeignKey(Coverage, models.CASCADE, related_name="pieces")
    zoom = models.PositiveSmallIntegerField()  # of tiles that it is fine enough for
    shape = models.PolygonField(srid=3857, spatial_index=False)

    objects = CoveragePieceQuerySet.as_manager()

    class Meta:
        indexes = [GistIndex(fields=["zoom", "shape"], name="coverage_piece_there")]

    def __str__(self) -> str:
        return f"{self.coverage_id}/{self.zoom}"


class HeatDay(models.Model):
    """A day in UTC whose complaints are counted in HeatCell."""

    day = models.DateField(primary_key=True)
    counted_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.day)


class HeatCellQuerySet(WalledQuerySet["HeatCell"]):
    """Counts, within the brands and regions of whoever reads."""


class HeatCell(models.Model):
    """
    How many complaints of a day have their place in a cell, of those that heat is made of.

    A cell is a 64th of the side of a tile of `zoom`; x and y are its number from the west and the
    south edge of the world map.
    """

    zoom = models.PositiveSmallIntegerField()
    day = models.DateField()
    x = models.PositiveIntegerField()
    y = models.PositiveIntegerField()
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+", db_index=False)
    region = models.ForeignKey(Region, models.CASCADE, null=True, related_name="+", db_index=False)
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="+", db_index=False)
    complaints = models.PositiveIntegerField()

    objects = HeatCellQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["zoom", "day", "x", "y", "brand", "region", "topic"],
                nulls_distinct=False,
                name="heat_cell_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.zoom}/{self.x}/{self.y}"


class StaleHeat(models.Model):
    """A day of which complaints changed when it was long over: written by the database itself."""

    day = models.DateField()

    def __str__(self) -> str:
        return str(self.day)
