"""The demo's places in the database: addresses with subscribers, sites, coverage, base map."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import cast

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point
from numpy.typing import NDArray

from complaints.customers.models import Brand
from heatmaps_project.demo.radio import coverage, masts
from heatmaps_project.demo.streets import TownPlan
from heatmaps_project.demo.terrain import Feature, features
from spots.maps.models import BaseFeature
from spots.network.models import Coverage, Sector, Site

SOURCE = "demo"
EARTH_M = 6_378_137.0  # radius of web mercator's sphere


def lay_ground(brand: Brand, plans: Sequence[TownPlan], *, today: date) -> None:
    """Fill the base map and the network, unless they are there."""
    if not BaseFeature.objects.exists():
        BaseFeature.objects.bulk_create(_drawn(list(features(plans))), batch_size=5000)
    if Site.objects.filter(brand=brand).exists():
        return
    sites = masts(plans)
    stored = Site.objects.bulk_create(
        Site(
            brand=brand,
            code=mast.code,
            name=mast.name,
            point=Point(mast.lon, mast.lat, srid=4326),
            technologies=list(mast.technologies),
        )
        for mast in sites
    )
    Sector.objects.bulk_create(
        Sector(
            site=site,
            azimuth=(turn + 37 * number) % 360,
            beam_width=120,
            technologies=site.technologies,
        )
        for number, site in enumerate(stored)
        if "4G" in site.technologies  # a village's mast serves all round
        for turn in (0, 120, 240)
    )
    Coverage.objects.bulk_create(
        Coverage(
            brand=brand,
            technology=reach.technology,
            level=reach.level,
            area=cast(MultiPolygon, GEOSGeometry(reach.area.wkt, srid=4326)),
            valid_from=today,
            source=SOURCE,
        )
        for reach in coverage(sites)
    )


def _drawn(found: Sequence[Feature]) -> Iterator[BaseFeature]:
    shapes = shapely.transform([feature.shape for feature in found], _mercator)
    for feature, shape in zip(found, shapes, strict=True):
        yield BaseFeature(
            layer=feature.layer,
            cls=feature.cls,
            name=feature.name,
            shape=GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=3857),
            min_zoom=feature.min_zoom,
        )


def _mercator(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    east, north = np.radians(degrees).T
    return EARTH_M * np.column_stack([east, np.log(np.tan(np.pi / 4 + north / 2))])
