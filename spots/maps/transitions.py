"""The base map is replaced as a whole, or added to."""

from collections.abc import Iterable
from datetime import datetime
from itertools import islice

from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction

from spots.maps.models import BaseFeature, BaseSource
from spots.maps.osm import Drawable

BATCH = 5000


@transaction.atomic
def lay_base_map(
    drawn: Iterable[Drawable], *, name: str, attribution: str, add: bool, now: datetime
) -> int:
    """
    Store what is to be drawn under every map, and whom it is owed to; return how many features.

    name  of the file it came from
    add   to what is there; otherwise in its place
    """
    if not add:
        BaseFeature.objects.all().delete()
        BaseSource.objects.all().delete()
    rows = (
        BaseFeature(
            layer=one.layer,
            cls=one.cls,
            name=one.name,
            shape=GEOSGeometry(memoryview(one.shape), srid=3857),
            min_zoom=one.min_zoom,
        )
        for one in drawn
    )
    stored = 0
    while batch := list(islice(rows, BATCH)):
        stored += len(BaseFeature.objects.bulk_create(batch))
    BaseSource.objects.create(name=name, attribution=attribution, laid_at=now)
    return stored
