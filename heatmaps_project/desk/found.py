"""What the lookup API answers, field by field."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from heatmaps_project.desk.answers import Answer, Place
from heatmaps_project.desk.speech import Language
from spots.maps.lookup import KnownSpot

Texts = dict[Language, str]


class FoundPlace(BaseModel):
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


class LookupAnswer(BaseModel):
    """What is known at the place, and what to say to the caller."""

    place: FoundPlace
    situation: str = Field(description="What the sentence is about: working, fixed, near …")
    sentence: Texts = Field(description="What to say, by language.")
    spot: FoundSpot | None = Field(description="The spot that the sentence is about.")
    covering: list[FoundSpot]
    near: list[FoundSpot]
    coverage: list[FoundCoverage]
    coverage_is_drawn: bool = Field(
        description="Whether no coverage here means that there is none."
    )
    works: list[FoundEvent] = Field(description="Outages and announced works.")


def told(answer: Answer, *, language: Language | None) -> LookupAnswer:
    """The answer as it is sent, with texts in one language, or in each."""
    known = answer.known

    def in_asked(texts: Texts) -> Texts:
        return {name: text for name, text in texts.items() if language in (None, name)}

    def spot(one: KnownSpot) -> FoundSpot:
        passed = one.eta_at is not None and one.eta_at <= answer.now
        return FoundSpot(
            id=one.id,
            brand=one.brand_name,
            place=one.place,
            state=one.state,
            customers=one.customers,
            cause=in_asked({"ru": one.cause_ru, "en": one.cause_en or ""})
            if one.cause_ru
            else None,
            started_at=one.started_at,
            eta_at=None if passed else one.eta_at,
            eta_passed=passed,
            fixed_at=one.fixed_at,
            metres=one.metres,
        )

    return LookupAnswer(
        place=_place(answer.place),
        situation=answer.situation.kind,
        sentence=in_asked(answer.sentences),
        spot=spot(answer.spot) if answer.spot else None,
        covering=[spot(one) for one in known.covering],
        near=[spot(one) for one in known.near],
        coverage=[FoundCoverage(**vars(one)) for one in known.coverage],
        coverage_is_drawn=known.coverage_is_drawn,
        works=[FoundEvent(**vars(one)) for one in known.events],
    )


def _place(place: Place) -> FoundPlace:
    lon, lat = place.point.coords
    return FoundPlace(label=place.label, precision=place.precision, lon=lon, lat=lat)
