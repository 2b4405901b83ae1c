"""What promises are asked by, which is their case's, kept with each of them."""

from typing import Any, Final

from django.conf import settings
from django.contrib.gis.db import models

from complaints.customers.models import Brand
from complaints.geocoding.models import Region
from complaints.intake.models import Topic

ASKED_BY: Final = ("kind", "brand", "region", "topic", "team", "engineer", "band")


def _copied(to: Any, *, null: bool = False) -> Any:
    """Return a reference that the case's own, which is checked, stands for."""
    return models.ForeignKey(
        to,
        models.DO_NOTHING,
        null=null,
        db_constraint=False,
        db_index=False,
        related_name="+",
        editable=False,
    )


class OfCase(models.Model):
    """
    A row with the columns ASKED_BY of its case, as they stand, for years of rows to be one table.

    The database copies them whenever either is written (migration 0009); nothing else writes them.
    """

    kind = models.CharField(max_length=6, editable=False)
    brand = _copied(Brand)
    region = _copied(Region)
    topic = _copied(Topic, null=True)
    team = _copied("spots.Team", null=True)
    engineer = _copied(settings.AUTH_USER_MODEL, null=True)
    band = models.PositiveSmallIntegerField(editable=False)

    class Meta:
        abstract = True
