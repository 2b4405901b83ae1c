"""Spots as GeoJSON, for the map and the popup of each."""

import json
from typing import Any

from django.contrib.gis.db.models.functions import AsGeoJSON
from django.contrib.gis.geos import Polygon
from django.db.models import F
from django.utils.translation import get_language

from complaints.customers.walls import Walls
from spots.cases.models import Case
from spots.cases.states import State

MOST_SPOTS = 500  # of one view
DECIMALS = 5  # of a degree: about a metre


def spots_within(*, box: Polygon, walls: Walls) -> dict[str, Any]:
    """
    The spots worked on or still watched that touch `box` (WGS 84), as a FeatureCollection.

    The most urgent MOST_SPOTS of them; `complete` says whether these are all. State and cause are
    in the language of whoever is reading. One query.
    """
    rows = Case.objects.within(walls).spots().current().filter(outline__bboverlaps=box)
    urgent = rows.order_by("-priority", "pk").values(
        "id",
        "place",
        "state",
        "band",
        "customers",
        "complaints",
        "centre",
        "eta_at",
        "started_at",
        shape=AsGeoJSON("outline", precision=DECIMALS),
        cause_ru=F("cause__name_ru"),
        cause_en=F("cause__name_en"),
    )
    found = list(urgent[: MOST_SPOTS + 1])
    return {
        "type": "FeatureCollection",
        "complete": len(found) <= MOST_SPOTS,
        "features": [_feature(row) for row in found[:MOST_SPOTS]],
    }


def _feature(row: Any) -> dict[str, Any]:
    in_russian = (get_language() or "ru").startswith("ru")
    return {
        "type": "Feature",
        "id": row["id"],
        "geometry": json.loads(row["shape"]),
        "properties": {
            "place": row["place"],
            "state": row["state"],
            "state_label": State(row["state"]).label,
            "band": row["band"],
            "customers": row["customers"],
            "complaints": row["complaints"],
            "cause": row["cause_ru"] if in_russian else row["cause_en"],
            "started_at": row["started_at"],
            "eta_at": row["eta_at"],
            "centre": [round(row["centre"].x, DECIMALS), round(row["centre"].y, DECIMALS)],
        },
    }
