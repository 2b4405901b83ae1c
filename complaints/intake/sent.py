"""
One complaint as a sender describes it: the shape of the API's body and of an import's row.

A field that is not listed here is refused, not ignored: a mistyped `adress` would otherwise lose
what a customer said without anybody noticing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Final

from django.conf import settings
from email_validator import EmailNotValidError, validate_email
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic.config import JsonDict
from pydantic_core import ErrorDetails, PydanticCustomError

from complaints.customers import phones
from complaints.customers.models import OWN_IDS
from complaints.intake.models import Channel, Precision
from complaints.moments import in_utc
from complaints.problems import LONGEST_PATH, MOST_NAMED

OLDEST: Final = datetime(2000, 1, 1, tzinfo=UTC)  # nothing about a mobile network is older
CLOCK_SKEW: Final = timedelta(minutes=10)  # how far a sender's clock may be ahead of ours
NO_PLACE_DEGREES: Final = 1e-5  # about a metre: nearer to 0°, 0° a geocoder dumps its failures
PHONE_CHARACTERS: Final = 32

# Control characters cannot be stored (NUL) or shown; a lone surrogate is refused by pydantic.
ONE_LINE: Final = r"^[^\x00-\x1f\x7f-\x9f]*$"
LINES: Final = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"
LONGEST_TEXT: Final = 5000
_E164_RUSSIA = re.compile(r"\+7\d{10}", re.ASCII)
_PLAIN_EMAIL = re.compile(
    r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", re.ASCII
)


@dataclass(frozen=True)
class Refusal:
    """Why one field cannot be taken. Never repeats the value: it may be personal."""

    field: str  # path of the field, "customer.phone"; empty for the body as a whole
    message: str
    code: str


class UnreadableError(Exception):
    """What was sent is not a complaint; `refusals` says why, field by field."""

    def __init__(self, refusals: list[Refusal]) -> None:
        super().__init__("; ".join(f"{refusal.field}: {refusal.message}" for refusal in refusals))
        self.refusals = refusals


def _told(value: str | None) -> str | None:
    return value or None


def _e164(value: str | None) -> str | None:
    """Return a phone as +79261234512. `phonenumbers` takes 50 µs for what most senders send."""
    if not value or _E164_RUSSIA.fullmatch(value):
        return value or None
    phone = phones.e164(value, region=settings.PHONE_REGION)
    if not phone:
        raise PydanticCustomError("phone", "This is not a phone number.")
    return phone


def _email(value: str | None) -> str | None:
    if not value:
        return None
    value = value.lower()
    if _PLAIN_EMAIL.fullmatch(value):
        return value
    try:
        return validate_email(value, check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise PydanticCustomError("email", "This is not an e-mail address.") from None


def _line(most: int) -> Any:
    return StringConstraints(strip_whitespace=True, max_length=most, pattern=ONE_LINE)


def needed_line(most: int) -> Any:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=most, pattern=ONE_LINE)


Code = Annotated[str, StringConstraints(pattern=r"^[-a-zA-Z0-9_]+$", max_length=50)]
_Text = StringConstraints(strip_whitespace=True, max_length=LONGEST_TEXT, pattern=LINES)
_OneLine = AfterValidator(_told)


def in_our_time(value: datetime | None, info: ValidationInfo) -> datetime | None:
    """Refuse the future only where the validation is told what time it is (`read…` does)."""
    if value is None:
        return None
    # An offset can carry the year 1 or 9999 over the calendar's edge: compare before converting
    if value < OLDEST:
        raise PydanticCustomError("too_old", "This is before the year 2000.")
    if info.context and value > info.context["now"] + CLOCK_SKEW:
        raise PydanticCustomError("in_the_future", "This is in the future.")
    return in_utc(value)


class SentPoint(BaseModel):
    """A point on the map, degrees, WGS 84."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    lon: Annotated[FiniteFloat, Field(ge=-180, le=180)]
    lat: Annotated[FiniteFloat, Field(ge=-90, le=90)]

    @property
    def is_nowhere(self) -> bool:
        """Whether it is the 0°, 0° that stands for "unknown" in many systems."""
        return abs(self.lon) < NO_PLACE_DEGREES and abs(self.lat) < NO_PLACE_DEGREES


class DescribedCustomer(BaseModel):
    """What can be told of a customer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    phone: Annotated[Annotated[str, _line(PHONE_CHARACTERS)] | None, AfterValidator(_e164)] = Field(
        None, description="In any usual spelling; kept as E.164."
    )
    email: Annotated[Annotated[str, _line(254)] | None, AfterValidator(_email)] = None
    segment: Annotated[Annotated[str, _line(32)] | None, _OneLine] = None
    ltv: Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)] | None = Field(
        None, description="Lifetime value, in the operator's currency."
    )
    churn_risk: Annotated[FiniteFloat, Field(ge=0, le=1)] | None = Field(
        None, description="How likely the customer is to leave, 0 to 1, if the CRM knows."
    )
    balance: Annotated[Decimal, Field(max_digits=12, decimal_places=2)] | None = Field(
        None, description="On the customer's account, in the operator's currency; may be below 0."
    )
    debt: Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)] | None = Field(
        None, description="What of it is overdue; 0: nothing."
    )
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")] | None = Field(
        None, description="ISO 639-1."
    )


class SentCustomer(DescribedCustomer):
    """The customer who complains; an id, a phone or an e-mail is needed."""

    id: Annotated[Annotated[str, _line(100)] | None, _OneLine] = Field(
        None, description="The sender's own id of the customer.", validate_default=True
    )

    @field_validator("id", mode="after")
    @classmethod
    def _is_known_by_something(cls, value: str | None, info: ValidationInfo) -> str | None:
        # A phone that was refused is missing from `data`: then its own error is enough.
        others = [info.data.get(name, "refused") for name in ("phone", "email")]
        if not value and not any(others):
            raise PydanticCustomError("no_customer", "An id, a phone or an email is needed.")
        return value

    @field_validator("id", mode="after")
    @classmethod
    def _is_the_senders_own(cls, value: str | None, info: ValidationInfo) -> str | None:
        # Else a sender would write to somebody who was erased, or take the id that erasing gives.
        if value and value.startswith(OWN_IDS) and not (info.context or {}).get("ours"):
            raise PydanticCustomError("reserved", "An id does not begin like this.")
        return value


EXAMPLE: Final[JsonDict] = {
    "external_id": "SR-2026-0001",
    "brand": "volna",
    "customer": {"id": "C-1024", "phone": "+79261234512", "segment": "mass"},
    "topic": "no_signal",
    "channel": "call",
    "text": "Нет связи дома с утра",
    "address": "Мытищи, ул. Полевая, 5",
    "occurred_at": "2026-03-25T10:00:00+03:00",
}


class SentComplaint(BaseModel):
    """One complaint. An address or a point is needed; fields that are not listed are refused."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_extra={"examples": [EXAMPLE]}
    )

    external_id: Annotated[str, needed_line(100)] = Field(
        description="The sender's id: sending it again with the same body changes nothing."
    )
    brand: Code
    customer: SentCustomer | None = None
    topic: Code
    channel: Channel
    text: Annotated[str, _Text] = ""
    point: SentPoint | None = Field(None, description="0, 0 counts as no point.")
    precision: Precision | None = Field(
        None, description="How near the point is to the customer; house where it is not said."
    )
    address: Annotated[Annotated[str, _line(500)] | None, _OneLine] = Field(
        None, description="As the customer gave it.", validate_default=True
    )
    occurred_at: AwareDatetime = Field(
        description="When the customer had the problem or complained; with an offset or Z, "
        "not before 2000 and not more than ten minutes ahead."
    )
    tell: bool = Field(
        default=True, description="Whether the customer agrees to be told what becomes of it."
    )

    @field_validator("precision", mode="after")
    @classmethod
    def _belongs_to_a_point(cls, value: Precision | None, info: ValidationInfo) -> Precision | None:
        if value and info.data.get("point", "?") is None:
            raise PydanticCustomError("no_point", "A precision needs a point.")
        return value

    @field_validator("address", mode="after")
    @classmethod
    def _is_somewhere(cls, value: str | None, info: ValidationInfo) -> str | None:
        if not value and info.data.get("point", "?") is None:
            raise PydanticCustomError("no_place", "An address or a point is needed.")
        return value

    _in_time = field_validator("occurred_at", mode="after")(in_our_time)

    @property
    def place(self) -> SentPoint | None:
        """The point, unless it is 0°, 0°."""
        return None if self.point is None or self.point.is_nowhere else self.point


def read(body: bytes, *, now: datetime) -> SentComplaint:
    """
    Return the complaint that a JSON body describes; JSON's types are taken literally.

    :raises UnreadableError: not JSON, nested too deep, or a field that cannot be taken
    """
    try:
        return SentComplaint.model_validate_json(body, strict=True, context={"now": now})
    except ValidationError as error:
        raise UnreadableError(_refusals(error)) from None


def read_row(row: Mapping[str, Any], *, now: datetime, ours: bool = False) -> SentComplaint:
    """
    Return the complaint that a file's row describes; numbers may be text.

    ours  the row names a customer by the id in our own table, which we may have made

    :raises UnreadableError: a field that cannot be taken
    """
    try:
        return SentComplaint.model_validate(row, context={"now": now, "ours": ours})
    except ValidationError as error:
        raise UnreadableError(_refusals(error)) from None


def _refusals(error: ValidationError) -> list[Refusal]:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return [_refusal(details) for details in found[:MOST_NAMED]]


def _refusal(details: ErrorDetails) -> Refusal:
    path = ".".join(str(step) for step in details["loc"])[:LONGEST_PATH]
    return Refusal(field=path, message=details["msg"], code=details["type"])
