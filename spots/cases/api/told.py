"""A case as the API tells it."""

import json
from datetime import datetime
from typing import Any, Literal

from django.contrib.gis.db.models.functions import AsGeoJSON
from pydantic import BaseModel, Field

from spots.cases.models import Case, CaseQuerySet, Kind
from spots.cases.places import shown_centre

DECIMALS = 5  # of a degree: about a metre


StoredState = Literal[
    "detected",
    "routed",
    "reopened",
    "accepted",
    "diagnosing",
    "fixing",
    "waiting",
    "fixed",
    "verifying",
    "closed",
    "dismissed",
    "merged",
]


class StoredCentre(BaseModel):
    """Of a single case to a hundred metres; to whoever may read complaints, as it is."""

    lon: float
    lat: float


class StoredCause(BaseModel):
    """Why service is bad, in the engineers' words and in those for customers."""

    code: str
    name_ru: str
    name_en: str
    said_ru: str
    said_en: str


class StoredSpot(BaseModel):
    """A spot, or a single case: where it hurts, who fixes it, by when."""

    id: int
    kind: Literal["spot", "single"]
    brand: str
    region: str
    topic: str | None = Field(description="null: complaints of several topics made it.")
    state: StoredState
    place: str
    centre: StoredCentre
    outline: dict[str, Any] | None = Field(description="A GeoJSON polygon; null: a single case.")
    customers: int
    complaints: int
    band: int = Field(description="1, the most urgent, to 4.")
    team: str | None
    cause: StoredCause | None
    fix_kind: str
    eta_at: datetime | None = Field(description="The term: when it is to be fixed.")
    waits_for: str
    waits_until: datetime | None
    dismissed_for: str
    merged_into: int | None
    split_from: int | None
    started_at: datetime
    opened_at: datetime
    accepted_at: datetime | None
    fixed_at: datetime | None
    ended_at: datetime | None
    quiet_since: datetime | None
    changed_at: datetime


class SpotPage(BaseModel):
    results: list[StoredSpot]
    next: str | None = Field(description="Cursor of the page that follows; null: the last.")


def cases() -> CaseQuerySet:
    """Return cases with everything that `stored` tells of them."""
    rows = Case.objects.select_related("brand", "region", "topic", "team", "cause")
    rows = rows.defer("region__outline", "outline", "evidence", "priority_parts", "priority_facts")
    return rows.annotate(shape=AsGeoJSON("outline", precision=DECIMALS))


def stored(case: Any, *, exactly: bool) -> dict[str, Any]:
    """
    Return StoredSpot's fields, ready for JSON, of a row from `cases`.

    exactly  where a single case is, which is its customer's home, is told as it is; else to a
             hundred metres, and without the outline around it
    """
    cause, centre, shape = case.cause, case.centre.coords, case.shape
    if case.kind == Kind.SINGLE and not exactly:
        centre, shape = shown_centre(case), None
    return StoredSpot(
        brand=case.brand.code,
        region=case.region.code,
        topic=case.topic.code if case.topic else None,
        team=case.team.code if case.team else None,
        cause=StoredCause(**{name: getattr(cause, name) for name in StoredCause.model_fields})
        if cause
        else None,
        centre=StoredCentre(lon=round(centre[0], DECIMALS), lat=round(centre[1], DECIMALS)),
        outline=json.loads(shape) if shape else None,
        merged_into=case.merged_into_id,
        split_from=case.split_from_id,
        **{name: getattr(case, name) for name in _AS_THEY_ARE},
    ).model_dump(mode="json")


_AS_THEY_ARE = (
    *("id", "kind", "state", "place", "customers", "complaints", "band", "fix_kind", "eta_at"),
    *("waits_for", "waits_until", "dismissed_for", "started_at", "opened_at", "accepted_at"),
    *("fixed_at", "ended_at", "quiet_since", "changed_at"),
)
