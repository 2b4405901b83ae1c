"""What the lookup API answers, field by field."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from complaints.customers.models import Customer
from complaints.customers.personal import masked_email, masked_phone
from feedback.notifications.outbox.models import Message
from heatmaps_project.desk.answers import Answer, Place
from heatmaps_project.desk.asking import Result
from heatmaps_project.desk.callers import OpenComplaint
from heatmaps_project.desk.speech import Language
from spots.maps.lookup import KnownSpot

Texts = dict[Language, str]


class FoundPlace(BaseModel):
    """
    Where the caller is. Where they complained from last, and nobody named a place, it is told to a
    hundred metres; to whoever may read complaints, as it is.
    """

    label: str = Field(description="The address that was found; empty: a point was asked for.")
    precision: str = Field(description="house, street or locality; empty: a point was asked for.")
    lon: float
    lat: float


class FoundSpot(BaseModel):
    id: int
    brand: str
    place: str
    state: str
    customers: int
    cause: Texts | None = Field(description="In the customer's words; null: not known yet.")
    started_at: datetime
    eta_at: datetime | None = Field(description="Promised by; null: no term, or it has passed.")
    eta_passed: bool
    fixed_at: datetime | None
    metres: int = Field(description="From its outline; 0: the place is within.")


class FoundCoverage(BaseModel):
    technology: str
    outdoor: bool
    indoor: bool


class FoundEvent(BaseModel):
    kind: Literal["outage", "works"]
    title: str
    starts_at: datetime
    ends_at: datetime | None


class FoundMove(BaseModel):
    at: datetime = Field(description="When this term was set.")
    eta_at: datetime


class FoundCustomer(BaseModel):
    """The customer, unrecognisable to who does not know them."""

    id: str = Field(description="The CRM's own; empty: it sent none.")
    brand: str
    phone: str = Field(description="Masked: +7 926 ***-**-12.")
    email: str = Field(description="Masked.")
    segment: str
    language: str


class FoundComplaint(BaseModel):
    id: int
    external_id: str
    topic: str
    channel: str
    occurred_at: datetime
    placing: str
    spot: int | None = Field(description="The spot or single case that it is in.")
    state: str = Field(description="Of that case; empty: it is in none.")
    eta_at: datetime | None


class FoundMessage(BaseModel):
    reason: str
    channel: str
    state: str
    planned_at: datetime


class LookupAnswer(BaseModel):
    """What is known at the place, and what to say to the caller."""

    lookup: UUID = Field(description="To send with what comes of it: /lookup/attach/.")
    place: FoundPlace | None = Field(description="null: nobody knows where the customer is.")
    customer: FoundCustomer | None
    complaints: list[FoundComplaint] = Field(
        description="Of the customer, not solved yet, newest first."
    )
    messages: list[FoundMessage] = Field(description="To the customer, newest first.")
    situation: str = Field(description="What the sentence is about: working, fixed, near …")
    sentence: Texts = Field(description="What to say, by language.")
    spot: FoundSpot | None = Field(description="The spot that the sentence is about.")
    doing: Texts = Field(description="What is being done about it, by language.")
    eta_moves: list[FoundMove] = Field(description="Its terms so far, oldest first.")
    covering: list[FoundSpot]
    near: list[FoundSpot]
    coverage: list[FoundCoverage]
    coverage_is_drawn: bool = Field(
        description="Whether no coverage here means that there is none."
    )
    works: list[FoundEvent] = Field(description="Outages and announced works.")


def told(result: Result, *, language: Language | None, exactly: bool) -> LookupAnswer:
    """
    The answer as it is sent, with texts in one language, or in each.

    exactly  where the caller complained from is told as it is: it is their home
    """
    answer = result.answer
    assert answer is not None
    assert result.lookup is not None
    known, caller = answer.known, result.caller

    def in_asked(texts: Texts) -> Texts:
        return {name: text for name, text in texts.items() if language in (None, name)}

    def spot(one: KnownSpot) -> FoundSpot:
        return _spot(one, in_asked({"ru": one.cause_ru or "", "en": one.cause_en or ""}), answer)

    return LookupAnswer(
        lookup=result.lookup.key,
        place=_place(answer.place, exactly=exactly) if answer.place else None,
        customer=_customer(caller.customer) if caller else None,
        complaints=[_complaint(one) for one in caller.complaints] if caller else [],
        messages=[_message(one) for one in caller.messages] if caller else [],
        situation=answer.situation.kind,
        sentence=in_asked(answer.sentences),
        spot=spot(answer.spot) if answer.spot else None,
        doing=in_asked(answer.doing),
        eta_moves=[FoundMove(at=one.at, eta_at=one.eta_at) for one in answer.moves],
        covering=[spot(one) for one in known.covering],
        near=[spot(one) for one in known.near],
        coverage=[FoundCoverage(**vars(one)) for one in known.coverage],
        coverage_is_drawn=known.coverage_is_drawn,
        works=[FoundEvent(**vars(one)) for one in known.events],
    )


def _spot(one: KnownSpot, cause: Texts, answer: Answer) -> FoundSpot:
    passed = one.eta_at is not None and one.eta_at <= answer.now
    return FoundSpot(
        id=one.id,
        brand=one.brand_name,
        place=one.place,
        state=one.state,
        customers=one.customers,
        cause=cause if one.cause_ru else None,
        started_at=one.started_at,
        eta_at=None if passed else one.eta_at,
        eta_passed=passed,
        fixed_at=one.fixed_at,
        metres=one.metres,
    )


def _place(place: Place, *, exactly: bool) -> FoundPlace:
    lon, lat = (place.point if exactly else place.shown).coords
    return FoundPlace(label=place.label, precision=place.precision, lon=lon, lat=lat)


def _customer(person: Customer) -> FoundCustomer:
    return FoundCustomer(
        id=person.told_id,
        brand=person.brand.code,
        phone=masked_phone(person.phone),
        email=masked_email(person.email),
        segment=person.segment,
        language=person.language,
    )


def _complaint(one: OpenComplaint) -> FoundComplaint:
    complaint, case = one.complaint, one.case
    return FoundComplaint(
        id=complaint.pk,
        external_id=complaint.external_id,
        topic=complaint.topic.code,
        channel=complaint.channel,
        occurred_at=complaint.occurred_at,
        placing=complaint.placing,
        spot=case.pk if case else None,
        state=case.state if case else "",
        eta_at=case.eta_at if case else None,
    )


def _message(one: Message) -> FoundMessage:
    return FoundMessage(
        reason=one.reason, channel=one.channel, state=one.state, planned_at=one.planned_at
    )
