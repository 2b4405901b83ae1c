"""Whom the base map's data is owed to."""

from django.conf import settings
from django.core.cache import cache

from spots.maps.models import BaseSource

BY_DEFAULT = "GeoNames (CC BY 4.0)"  # of the demo's towns, and while nothing was imported
KEPT_FOR = 60  # seconds: it changes with an import only
KEY = "base-map-attribution"


def attribution() -> str:
    """What every map shows: the setting, else what the imported files ask for."""
    if settings.BASEMAP_ATTRIBUTION:
        return str(settings.BASEMAP_ATTRIBUTION)
    return str(cache.get_or_set(KEY, _of_imports, KEPT_FOR))


def forget_attribution() -> None:
    """The base map has another source now."""
    cache.set(KEY, "", 0)  # ends at once


def _of_imports() -> str:
    asked = BaseSource.objects.order_by("pk").values_list("attribution", flat=True)
    return ", ".join(dict.fromkeys(asked)) or BY_DEFAULT
