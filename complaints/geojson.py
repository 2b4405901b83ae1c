"""Lists as GeoJSON (RFC 7946), for who asks by `Accept` or `?format=geojson`."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final, Literal

from pydantic import BaseModel
from rest_framework.renderers import JSONRenderer

GEOJSON: Final = "application/geo+json"


class Feature(BaseModel):
    """One row of a list: its place, and what the same list says of it as JSON."""

    type: Literal["Feature"]
    id: int
    geometry: dict[str, Any] | None
    properties: dict[str, Any]


class FeatureCollection(BaseModel):
    """A page of a list; `next` is the cursor of the page that follows."""

    type: Literal["FeatureCollection"]
    features: list[Feature]
    next: str | None


class GeoJsonRenderer(JSONRenderer):
    """A page of a list as a collection: the view's `geometry` names the field that places a row."""

    media_type = GEOJSON
    format = "geojson"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> Any:
        context = renderer_context or {}
        is_page = context["request"].method != "OPTIONS"
        if is_page and context["response"].status_code == HTTPStatus.OK:
            data = collection(data, geometry=context["view"].geometry)
        return super().render(data, accepted_media_type, renderer_context)


def collection(data: Mapping[str, Any], *, geometry: str) -> dict[str, Any]:
    """Return a list's page as a FeatureCollection; `geometry` names the place among its fields."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": row["id"],
                "geometry": _shape(row[geometry]),
                "properties": {k: v for k, v in row.items() if k not in ("id", geometry)},
            }
            for row in data["results"]
        ],
        "next": data["next"],
    }


def _shape(place: dict[str, Any] | None) -> dict[str, Any] | None:
    """A point may be written as {"lon", "lat"}; any other place is GeoJSON already."""
    if place is None or "lon" not in place:
        return place
    return {"type": "Point", "coordinates": [place["lon"], place["lat"]]}
