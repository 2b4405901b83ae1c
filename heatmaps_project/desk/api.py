"""The lookup over the API: what is known at an address or a point, for the CRM's own pages."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from django.conf import settings
from django.contrib.gis.geos import Point
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError, model_validator
from pydantic_core import PydanticCustomError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from complaints.bodies import JsonBytes, body_of
from complaints.intake.api import reads_complaints
from complaints.problems import FieldError, RefusedError, field_errors
from heatmaps_project.accounts.clients import client_of
from heatmaps_project.desk import callers
from heatmaps_project.desk.answers import Place
from heatmaps_project.desk.asking import Asker, look_up
from heatmaps_project.desk.found import LookupAnswer, told
from heatmaps_project.desk.models import Origin
from heatmaps_project.desk.questions import Asked, Question, e164
from heatmaps_project.desk.speech import Language

Latitude = Annotated[FiniteFloat, Field(ge=-90, le=90)]
Longitude = Annotated[FiniteFloat, Field(ge=-180, le=180)]


class LookupPoint(BaseModel):
    """A place in degrees (WGS 84)."""

    model_config = ConfigDict(extra="forbid")

    lon: Longitude
    lat: Latitude


_Text = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]
_Short = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]*$")]


class LookupRequest(BaseModel):
    """
    Who or where the caller is: `phone`, `customer`, `complaint`, `address`, or a point as `point`
    or as `lat` and `lon`. A caller and a place together are answered for the place.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"phone": "+79261234512"},
                {"customer": "crm-17", "address": "Мытищи, ул. Полевая, 5", "agent": "ivanova"},
                {"lat": 55.91, "lon": 37.73, "language": "ru"},
            ]
        },
    )

    address: _Text | None = None
    phone: _Short | None = Field(None, description="In any usual spelling.")
    customer: _Short | None = Field(None, description="The CRM's own id of the customer.")
    complaint: _Short | None = Field(None, description="Our number, or the sender's external_id.")
    agent: _Short | None = Field(None, description="Who asks, as the CRM calls them: for the log.")
    point: LookupPoint | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None
    language: Language | None = Field(None, description="Of the texts; both if it is left out.")

    @model_validator(mode="after")
    def _says_where_once(self) -> "LookupRequest":
        pair = (self.lat, self.lon)
        if (self.lat is None) != (self.lon is None):
            raise PydanticCustomError("no_place", "lat and lon go together.")
        places = sum((bool(self.address), self.point is not None, None not in pair))
        people = sum(map(bool, (self.phone, self.customer, self.complaint)))
        if places > 1 or people > 1 or not places + people:
            raise PydanticCustomError(
                "no_place",
                "At most one place (address, point, or lat and lon) and one caller (phone,"
                " customer or complaint) are needed.",
            )
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
        Ask what is known of a caller or at a place. Safe to repeat: only that it was asked is kept.

        404 where the caller is not known, or the address is not or could be several places. A
        caller who never complained from anywhere is answered with no place.
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
    asker = asker_of(request, agent=asked.agent or "")
    now = timezone.now()
    place, customer = _point(asked), None
    person = _person(asked)
    if person and (asked.address or place):
        customer = known_customer(person, asker=asker)
    by_place = Question(Asked.ADDRESS, asked.address) if asked.address else _AT_POINT
    question = by_place if asked.address or place else person
    assert question is not None
    result = look_up([question], asker=asker, place=place, customer_id=customer, now=now)
    if result.answer is None:
        raise _not_found(question.kind, several=bool(result.people or result.places))
    said = told(result, language=asked.language, exactly=reads_complaints(request))
    return Response(said.model_dump(mode="json"))


_AT_POINT = Question(Asked.POINT, "")


def asker_of(request: Request, *, agent: str = "") -> Asker:
    """Return the machine that asks. :raises PermissionDenied: the token belongs to none"""
    client = client_of(request)
    return Asker(Origin.API, client.walls, client=client, agent=agent)


def _person(asked: LookupRequest) -> Question | None:
    if asked.phone:
        phone = e164(asked.phone, region=settings.PHONE_REGION)
        if not phone:
            wrong = FieldError(field="phone", message="This is not a phone number.", code="phone")
            raise RefusedError(400, "The question cannot be read.", [wrong])
        return Question(Asked.PHONE, phone)
    if asked.customer:
        return Question(Asked.CUSTOMER, asked.customer)
    return Question(Asked.COMPLAINT, asked.complaint) if asked.complaint else None


def known_customer(person: Question, *, asker: Asker) -> int | None:
    """Return the one customer whom a question means; None: nobody, or several."""
    found = {customer.pk for customer, _ in callers.found(person, walls=asker.walls)}
    return found.pop() if len(found) == 1 else None


def _not_found(kind: str, *, several: bool) -> RefusedError:
    if kind == Asked.ADDRESS:
        missing = FieldError(field=kind, message="No one such place is known.", code="unknown")
        return RefusedError(404, "The address is not known, or could be several places.", [missing])
    code = "several" if several else "unknown"
    missing = FieldError(field=kind, message="No one such customer is known.", code=code)
    return RefusedError(404, "The customer is not known, or could be several.", [missing])


def _point(asked: LookupRequest) -> Place | None:
    at = asked.point or (asked if asked.lat is not None else None)
    return Place(Point(at.lon, at.lat, srid=4326)) if at else None


def _read(read: Callable[..., LookupRequest], sent: Any, **options: Any) -> LookupRequest:
    """:raises RefusedError: naming each field that cannot be taken"""
    try:
        return read(sent, **options)
    except ValidationError as error:
        raise RefusedError(400, "The question cannot be read.", field_errors(error)) from None
