"""Customers as the CRM tells of them, and as they are told back: masked."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from complaints.customers.consent import Purpose
from complaints.customers.models import OWN_IDS, Customer
from complaints.customers.personal import masked_email, masked_phone
from complaints.intake.sent import Code, DescribedCustomer, needed_line

NEW: Final[JsonDict] = {
    "brand": "volna",
    "id": "C-1024",
    "phone": "+79261234512",
    "email": "ana@example.org",
    "segment": "mass",
    "ltv": "1200.00",
    "language": "ru",
}
CHANGED: Final[JsonDict] = {"segment": "vip", "email": None}
CONSENT: Final[JsonDict] = {"survey": False}
BY_ID: Final[JsonDict] = {"brand": "volna", "id": "C-1024"}


def _example(example: JsonDict) -> ConfigDict:
    return ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [example]})


class NamedCustomer(BaseModel):
    """A customer by the CRM's own id."""

    model_config = _example(BY_ID)

    brand: Code
    id: Annotated[str, needed_line(100)] = Field(description="The CRM's own id of the customer.")


class ReachedCustomer(DescribedCustomer):
    """What is told of a customer here, and not with complaints: how to reach them."""

    app: bool | None = Field(
        None, description="Has the brand's app, and lets it show notifications."
    )
    preferred_channel: Literal["push", "sms", "email"] | None = Field(
        None, description="Tried first; else push, then SMS, then e-mail."
    )
    person: Annotated[str, needed_line(100)] | None = Field(
        None, description="Your id of the person: the same for all numbers that are theirs."
    )
    sold_by: Annotated[str, needed_line(100)] | None = Field(
        None, description="Code of the dealer they came from, as the unit has it."
    )
    gone: bool | None = Field(
        None, description="The number was taken to another operator: it is asked nothing more."
    )


class NewCustomer(ReachedCustomer):
    """A customer, as the CRM describes them."""

    model_config = _example(NEW)

    brand: Code
    id: Annotated[str, needed_line(100)] = Field(
        description="The CRM's own id of the customer: sent again with the same body, it changes"
        " nothing."
    )

    @field_validator("id", mode="after")
    @classmethod
    def _is_theirs(cls, value: str) -> str:
        if value.startswith(OWN_IDS):
            raise PydanticCustomError("reserved", "An id does not begin like this.")
        return value

    @property
    def told(self) -> dict[str, Any]:
        """What is told of the customer, by column; what is not said, or null, is left out."""
        return self.model_dump(exclude={"brand", "id"}, exclude_none=True)


class ChangedCustomer(ReachedCustomer):
    """What changed of a customer: null takes away what was known."""

    model_config = _example(CHANGED)

    @property
    def told(self) -> dict[str, Any]:
        return self.model_dump(exclude_unset=True)


class ChangedConsent(BaseModel):
    """For what the customer may be written to, by purpose; what is not said stays."""

    model_config = _example(CONSENT)

    service: bool | None = Field(None, description="News of one's own complaint.")
    survey: bool | None = Field(None, description="Surveys.")
    marketing: bool | None = Field(None, description="Offers and gifts.")

    @property
    def told(self) -> dict[Purpose, bool]:
        return {Purpose(name): value for name, value in self.model_dump(exclude_none=True).items()}


class Consent(BaseModel):
    """Whether the customer may be written to for a purpose; who said nothing may."""

    service: bool
    survey: bool
    marketing: bool


class ToldConsent(BaseModel):
    """Consent as it is told who has changed it; what they neither sent nor may read is null."""

    service: bool | None
    survey: bool | None
    marketing: bool | None


class KnownCustomer(BaseModel):
    """
    A customer as we have them, unrecognisable to who does not know them.

    Whoever may tell of customers, and may not read them, is told null but for number, brand, id
    and when.
    """

    number: int = Field(description="Ours: names the customer in addresses of this API.")
    brand: str
    id: str = Field(description="The CRM's own; empty: it told none.")
    phone: str | None = Field(description="Masked: +7 926 ***-**-12.")
    email: str | None = Field(description="Masked.")
    segment: str | None
    ltv: str | None
    churn_risk: float | None
    balance: str | None
    debt: str | None
    language: str | None
    app: bool | None
    preferred_channel: str | None
    person: str | None
    sold_by: str | None
    gone: bool | None
    described_at: datetime
    consent: Consent | None


_ITS_OWN: Final = frozenset({"number", "brand", "id", "described_at"})


def unread(told: dict[str, Any]) -> dict[str, Any]:
    """Return KnownCustomer's fields as they are told to who may not read them."""
    return {name: value if name in _ITS_OWN else None for name, value in told.items()}


def known(customer: Customer) -> dict[str, Any]:
    """Return KnownCustomer's fields, ready for JSON."""
    refused = {row.purpose for row in customer.opt_outs.all()}
    return KnownCustomer(
        number=customer.pk,
        brand=customer.brand.code,
        id=customer.told_id,
        phone=masked_phone(customer.phone),
        email=masked_email(customer.email),
        segment=customer.segment,
        ltv=_amount(customer.ltv),
        churn_risk=customer.churn_risk,
        balance=_amount(customer.balance),
        debt=_amount(customer.debt),
        language=customer.language,
        app=customer.app,
        preferred_channel=customer.preferred_channel,
        person=customer.person,
        sold_by=customer.sold_by,
        gone=customer.gone,
        described_at=customer.described_at,
        consent=Consent(**{purpose.value: purpose not in refused for purpose in Purpose}),
    ).model_dump(mode="json")


def _amount(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def differing(customer: Customer, told: dict[str, Any]) -> list[str]:
    """Return the fields in which what is told differs from what is known."""
    return sorted(name for name, value in told.items() if getattr(customer, name) != value)
