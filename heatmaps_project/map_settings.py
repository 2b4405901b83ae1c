"""Settings of the map, from the environment: see docs/operate.md for what each variable means."""

import os
from typing import Any
from urllib.parse import urlsplit

# Shown on every map in place of what the imported base map's makers ask for.
BASEMAP_ATTRIBUTION = os.environ.get("BASEMAP_ATTRIBUTION", "")
# A provider's raster tiles in place of our own street map: "https://…/{z}/{x}/{y}.png". It then
# learns where people look; its attribution is BASEMAP_ATTRIBUTION.
BASEMAP_TILES_URL = os.environ.get("BASEMAP_TILES_URL", "")
_provider = urlsplit(BASEMAP_TILES_URL.replace("{s}", "*"))
# Where else the browser may take images from.
IMAGES_FROM = [f"{_provider.scheme}://{_provider.netloc}"] if BASEMAP_TILES_URL else []

IN_MEMORY: dict[str, Any] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
# Map tiles that all web processes share; a Redis of its own, which may drop what is old: the
# broker's must not. Without one, each process keeps a few.
_TILE_CACHE_URL = os.environ.get("TILE_CACHE_URL", "")
TILE_CACHE: dict[str, Any] = (
    {
        "BACKEND": "heatmaps_project.redis_cache.KeptClientCache",
        "LOCATION": _TILE_CACHE_URL,
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
    if _TILE_CACHE_URL
    else {**IN_MEMORY, "LOCATION": "tiles", "OPTIONS": {"MAX_ENTRIES": 500}}
)

LEAFLET_CONFIG = {
    "TILES": [],
    "ATTRIBUTION_PREFIX": "Heatmaps",
    "RESET_VIEW": False,
    "SCALE": "metric",
}
