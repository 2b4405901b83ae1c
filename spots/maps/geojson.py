"""Spots as GeoJSON, for the map and the popup of each."""

import json
from datetime import datetime
from typing import Any

from django.contrib.gis.db.models.functions import AsGeoJSON, Centroid
from django.contrib.gis.geos import Polygon
from django.db.models import F
from django.utils.translation import get_language

from complaints.customers.walls import Walls
from spots.cases.states import State
from spots.maps.rows import spots, spots_then

MOST_SPOTS = 500  # of one view
DECIMALS = 5  # of a degree: about a metre


def spots_within(*, box: Polygon, walls: Walls, at: datetime | None = None) -> dict[str, Any]:
    """
    The spots worked on or still watched that touch `box` (WGS 84), as a FeatureCollection.

    The most urgent MOST_SPOTS of them; `complete` says whether these are all. State and cause are
    in the language of whoever is reading. At a past moment: those of then, as as_of.py tells them,
    without cause and term. One query.
    """
    found = _now(box, walls) if at is None else _then(box, walls, at)
    return {
        "type": "FeatureCollection",
        "complete": len(found) <= MOST_SPOTS,
        "features": [_feature(row) for row in found[:MOST_SPOTS]],
    }


def _now(box: Polygon, walls: Walls) -> list[Any]:
    told = spots(box, walls).values(
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
    return list(told[: MOST_SPOTS + 1])


def _then(box: Polygon, walls: Walls, at: datetime) -> list[dict[str, Any]]:
    told = (
        spots_then(box, walls, at)
        .filter(complaints_then__gt=0)
        .values(
            "id",
            "place",
            "state_then",
            "band",
            "customers_then",
            "complaints_then",
            "started_at",
            shape=AsGeoJSON("outline_then", precision=DECIMALS),
            centre_then=Centroid("outline_then"),
        )
    )
    return [
        {
            **row,
            "state": row["state_then"],
            "customers": row["customers_then"],
            "complaints": row["complaints_then"],
            "centre": row["centre_then"],
            "eta_at": None,
            "cause_ru": None,
            "cause_en": None,
        }
        for row in told[: MOST_SPOTS + 1]
    ]


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
