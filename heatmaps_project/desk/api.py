"""The lookup over the API: what is known at an address or a point, for the CRM's own pages."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from django.contrib.gis.geos import Point
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError, model_validator
from pydantic_core import PydanticCustomError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from complaints.bodies import JsonBytes, body_of
from complaints.intake.api import sender_of
from complaints.problems import FieldError, RefusedError, field_errors
from heatmaps_project.desk.answers import Place, answer_at, find
from heatmaps_project.desk.found import LookupAnswer, told
from heatmaps_project.desk.speech import Language

Latitude = Annotated[FiniteFloat, Field(ge=-90, le=90)]
Longitude = Annotated[FiniteFloat, Field(ge=-180, le=180)]


class LookupPoint(BaseModel):
    """A place in degrees (WGS 84)."""

    model_config = ConfigDict(extra="forbid")

    lon: Longitude
    lat: Latitude


class LookupRequest(BaseModel):
    """Where the caller is: an address, or a point as `point` or as `lat` and `lon`."""

    model_config = ConfigDict(extra="forbid")

    address: Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00]*$")] | None = (
        None
    )
    point: LookupPoint | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None
    language: Language | None = Field(None, description="Of the texts; both if it is left out.")

    @model_validator(mode="after")
    def _says_where_once(self) -> "LookupRequest":
        pair = (self.lat, self.lon)
        if (self.lat is None) != (self.lon is None):
            raise PydanticCustomError("no_place", "lat and lon go together.")
        if sum((bool(self.address), self.point is not None, None not in pair)) != 1:
            raise PydanticCustomError("no_place", "One is needed: address, point, or lat and lon.")
        return self


class LookupView(APIView):
    required_scopes: Sequence[str] = ("lookup:read",)
    parser_classes = (JsonBytes,)

    @extend_schema(
        operation_id="lookup",
        request=LookupRequest,
        responses={200: LookupAnswer},
    )
    def post(self, request: Request) -> Response:
        """
        Ask what is known at an address or a point. Nothing is stored: safe to repeat.

        404 where the address is not known, or could be several places.
        """
        read = LookupRequest.model_validate_json
        return _answer(request, _read(read, body_of(request), strict=True))

    @extend_schema(
        operation_id="lookup_point",
        parameters=[
            OpenApiParameter("lat", float, required=True, description="Degrees north, WGS 84."),
            OpenApiParameter("lon", float, required=True, description="Degrees east, WGS 84."),
            OpenApiParameter("language", str, enum=["ru", "en"]),
        ],
        responses={200: LookupAnswer},
    )
    def get(self, request: Request) -> Response:
        """Ask what is known at a point. An address is personal: it never goes into a URL."""
        asked = {name: request.query_params.get(name) for name in ("lat", "lon", "language")}
        return _answer(request, _read(LookupRequest.model_validate, asked))


def _answer(request: Request, asked: LookupRequest) -> Response:
    place = _place(asked)
    if place is None:
        missing = FieldError(field="address", message="No one such place is known.", code="unknown")
        raise RefusedError(404, "The address is not known, or could be several places.", [missing])
    answer = answer_at(place, walls=sender_of(request).walls, now=timezone.now())
    return Response(told(answer, language=asked.language).model_dump(mode="json"))


def _place(asked: LookupRequest) -> Place | None:
    if asked.address:
        return find(asked.address)
    at = asked.point or asked
    return Place(Point(at.lon, at.lat, srid=4326))


def _read(read: Callable[..., LookupRequest], sent: Any, **options: Any) -> LookupRequest:
    """:raises RefusedError: naming each field that cannot be taken"""
    try:
        return read(sent, **options)
    except ValidationError as error:
        raise RefusedError(400, "The question cannot be read.", field_errors(error)) from None
