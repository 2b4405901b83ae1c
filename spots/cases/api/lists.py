"""Spots over the API: list them, read one."""

from typing import Annotated, Any, Literal

from django.contrib.gis.geos import Polygon
from django.http import Http404
from drf_spectacular.utils import extend_schema
from pydantic import Field, StringConstraints, field_validator
from pydantic_core import PydanticCustomError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.cursors import Code, ListQuery, asked, listed, narrowed, page, parameters_of
from complaints.geojson import GEOJSON, FeatureCollection, GeoJsonRenderer
from complaints.intake.api import reads_complaints, sender_of
from complaints.scoped import ScopedView
from spots.cases.api.told import SpotPage, StoredSpot, StoredState, cases, stored
from spots.cases.models import CaseQuerySet
from spots.cases.states import ENDED, WATCHED, WORKING

_Number = r"-?\d{1,3}(?:\.\d{1,12})?"


class SpotQuery(ListQuery):
    """Which spots: of the client's brands and regions, and of these."""

    kind: Literal["spot", "single", "any"] = "spot"
    brand: Code | None = None
    region: Code | None = None
    topic: Code | None = None
    team: Code | None = None
    state: StoredState | None = None
    life: Literal["working", "watched", "ended"] | None = Field(
        None, description="To be fixed; fixed and being verified; or neither any more."
    )
    bbox: (
        Annotated[str, StringConstraints(pattern=rf"^{_Number}(,{_Number}){{3}}$", max_length=80)]
        | None
    ) = Field(None, description="West, south, east, north in degrees: what touches this.")

    @field_validator("bbox", mode="after")
    @classmethod
    def _is_on_earth(cls, value: str | None) -> str | None:
        west, south, east, north = _corners(value) if value else (0, 0, 0, 0)
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
            raise PydanticCustomError("bbox", "West, south, east, north, in degrees.")
        return value

    def of(self, rows: CaseQuerySet) -> CaseQuerySet:
        """Leave those that are asked for."""
        given: dict[str, Any] = {
            "kind": None if self.kind == "any" else self.kind,
            "brand__code": self.brand,
            "region__code": self.region,
            "topic__code": self.topic,
            "team__code": self.team,
            "state": self.state,
            "state__in": _LIVES.get(self.life or ""),
            "outline__bboverlaps": Polygon.from_bbox(_corners(self.bbox)) if self.bbox else None,
        }
        return narrowed(rows, given)


_LIVES = {"working": WORKING, "watched": WATCHED, "ended": ENDED}


def _corners(bbox: str) -> tuple[float, float, float, float]:
    west, south, east, north = map(float, bbox.split(","))
    return west, south, east, north


class SpotsView(ScopedView):
    scopes = {"GET": "spots:read"}
    renderer_classes = (JSONRenderer, GeoJsonRenderer)
    geometry = "outline"

    @extend_schema(
        operation_id="list_spots",
        parameters=parameters_of(SpotQuery),
        responses={(200, "application/json"): SpotPage, (200, GEOJSON): FeatureCollection},
    )
    def get(self, request: Request) -> Response:
        """
        List spots, those changed last at the end.

        To follow changes, ask again with the newest `changed_at` less a minute as
        `updated_since`: what was under way when you asked appears then.
        """
        query = asked(SpotQuery, request)
        found = page(query.of(cases().within(sender_of(request).walls)), query)
        exactly = reads_complaints(request)
        rows = [stored(row, exactly=exactly) for row in found.rows]
        return Response(listed(rows, found.next))


class SpotView(ScopedView):
    scopes = {"GET": "spots:read"}

    @extend_schema(operation_id="read_spot", responses=StoredSpot)
    def get(self, request: Request, pk: int) -> Response:
        """Read one spot, or single case, of the client's brands and regions."""
        case = cases().within(sender_of(request).walls).filter(pk=pk).first()
        if case is None:
            raise Http404
        return Response(stored(case, exactly=reads_complaints(request)))
