"""The base map that works with no internet, and whose data it is."""

from django.contrib.gis.db import models


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
