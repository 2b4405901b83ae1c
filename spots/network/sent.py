"""An outage or works as another system sends it over the API."""

import hashlib
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal, TypeVar

from django.contrib.gis.gdal import GDALException
from django.contrib.gis.geos import GEOSException, GEOSGeometry, MultiPolygon
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError, to_json

from complaints.intake.sent import OLDEST
from complaints.moments import in_utc
from complaints.problems import FieldError, field_errors
from spots.network.imports.kinds import values
from spots.network.imports.kinds.events import MOST_SITES
from spots.network.imports.kinds.values import RowError

LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)

_Line = r"^[^\x00-\x1f]*$"
Code = Annotated[str, Field(min_length=1, max_length=50, pattern=_Line)]
_Sent = TypeVar("_Sent", bound=BaseModel)
Moment = Annotated[AwareDatetime, Field(ge=OLDEST, le=LATEST), AfterValidator(in_utc)]


class UnreadableError(Exception):
    """A body that cannot be taken; names each field."""

    def __init__(self, errors: list[FieldError]) -> None:
        super().__init__("The event cannot be taken.")
        self.errors = errors


class Area(BaseModel):
    """A GeoJSON polygon or multipolygon in degrees, WGS 84."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["Polygon", "MultiPolygon"]
    coordinates: list[Any]


EXAMPLE: Final[JsonDict] = {
    "external_id": "INC-17",
    "brand": "volna",
    "kind": "outage",
    "title": "Нет питания на площадке",
    "starts_at": "2026-03-25T14:10:00+03:00",
    "ends_at": None,
    "sites": ["IV0101"],
}


class SentEvent(BaseModel):
    """An outage, planned works, or a site being built. The same `external_id` is the same event."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    external_id: Annotated[str, Field(min_length=1, max_length=100, pattern=_Line)]
    brand: Annotated[str, Field(min_length=1, max_length=50, pattern=_Line)]
    kind: Literal["outage", "works", "build"]
    title: Annotated[str, Field(min_length=1, max_length=200, pattern=_Line)]
    starts_at: Moment
    ends_at: Moment | None = Field(None, description="null: not known yet.")
    cause: Annotated[str, Field(max_length=50, pattern=r"^[-a-zA-Z0-9_]*$")] = Field(
        "", description="Code of the cause, where you know it."
    )
    sites: Annotated[list[Code], Field(max_length=MOST_SITES)] = Field(
        default_factory=list, description="Codes of the sites that it is about."
    )
    area: Area | None = Field(None, description="Left out: where the sites serve.")

    @model_validator(mode="after")
    def _says_when_and_where(self) -> "SentEvent":
        if self.ends_at and self.ends_at < self.starts_at:
            raise PydanticCustomError("order", "It ends before it starts.")
        if not (self.sites or self.area):
            raise PydanticCustomError("no_place", "One is needed: sites or area.")
        return self

    @property
    def fingerprint(self) -> bytes:
        """The same for the same event, however its body is written."""
        plain = self.model_dump(mode="python")
        instants = {
            name: at.astimezone(UTC).isoformat()
            for name, at in plain.items()
            if isinstance(at, datetime)
        }
        told = {**plain, **instants, "sites": sorted(set(self.sites))}
        return hashlib.sha256(to_json(dict(sorted(told.items())))).digest()

    def polygons(self) -> MultiPolygon | None:
        """:raises UnreadableError: the area is none"""
        if self.area is None:
            return None
        try:
            shape = GEOSGeometry(self.area.model_dump_json())
            return values.area(shape)[0]
        except (RowError, GDALException, GEOSException, ValueError, TypeError) as error:
            message = str(error) if isinstance(error, RowError) else "This is no area."
            raise UnreadableError(
                [FieldError(field="area", message=message, code="area")]
            ) from None


class EventChange(BaseModel):
    """When an event ends, or ended."""

    model_config = ConfigDict(extra="forbid")

    ends_at: Moment | None = Field(description="null: not known any more.")


def read_event(body: bytes) -> SentEvent:
    """:raises UnreadableError: it is none"""
    return _read(SentEvent, body)


def read_change(body: bytes) -> EventChange:
    """:raises UnreadableError: it is none"""
    return _read(EventChange, body)


def _read(kind: type[_Sent], body: bytes) -> _Sent:
    try:
        return kind.model_validate_json(body, strict=True)
    except ValidationError as error:
        raise UnreadableError(field_errors(error)) from None
