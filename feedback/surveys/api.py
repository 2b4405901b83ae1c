"""What customers answered, over the API."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema
from pydantic import BaseModel, Field
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.cursors import Code, ListQuery, asked, listed, narrowed, page, parameters_of
from complaints.customers.personal import scrubbed
from complaints.geojson import GEOJSON, FeatureCollection, GeoJsonRenderer
from complaints.intake.api import StoredPoint, reads_complaints, sender_of
from complaints.scoped import ScopedView
from feedback.surveys.models import Answer, AnswerQuerySet
from spots.cases.places import shown_centre


class StoredAnswer(BaseModel):
    """One customer's answer about one fix, as it stands now."""

    id: int
    spot: int
    brand: str
    region: str
    centre: StoredPoint = Field(
        description="Of the spot; of a single case, which is a customer's home, to a hundred"
        " metres, unless the client may read complaints."
    )
    customer: str = Field(description="The CRM's id; empty: it told none.")
    rating: int = Field(description="1, not better, to 5, all well.")
    comment: str = Field(description="Without phones, card numbers and e-mail addresses.")
    channel: str
    rated_at: datetime


class AnswerPage(BaseModel):
    results: list[StoredAnswer]
    next: str | None = Field(description="Cursor of the page that follows; null: the last.")


class AnswerQuery(ListQuery):
    """Which answers: of the client's brands and regions, and of these."""

    brand: Code | None = None
    region: Code | None = None
    spot: int | None = Field(None, ge=1, lt=2**63)
    rating: int | None = Field(None, ge=1, le=5)

    def of(self, rows: AnswerQuerySet) -> AnswerQuerySet:
        """Leave those that are asked for."""
        given: dict[str, Any] = {
            "invitation__case__brand__code": self.brand,
            "invitation__case__region__code": self.region,
            "invitation__case": self.spot,
            "score": self.rating,
        }
        return narrowed(rows, given)


class AnswersView(ScopedView):
    scopes = {"GET": "feedback:read"}
    renderer_classes = (JSONRenderer, GeoJsonRenderer)
    geometry = "centre"

    @extend_schema(
        operation_id="list_feedback",
        parameters=parameters_of(AnswerQuery),
        responses={(200, "application/json"): AnswerPage, (200, GEOJSON): FeatureCollection},
    )
    def get(self, request: Request) -> Response:
        """List what customers answered, the answer given last at the end."""
        query = asked(AnswerQuery, request)
        rows = (
            Answer.objects.of_fixes()
            .with_comment()
            .select_related(
                "invitation__case__brand", "invitation__case__region", "invitation__customer"
            )
        )
        walled = rows.defer(*_UNTOLD).within(sender_of(request).walls)
        found = page(query.of(walled), query, moment="at")
        exactly = reads_complaints(request)
        told = [_told(answer, exactly=exactly) for answer in found.rows]
        return Response(listed(told, found.next))


_UNTOLD = tuple(  # heavy, and of none is told
    f"invitation__case__{name}"
    for name in ("region__outline", "outline", "evidence", "priority_parts", "priority_facts")
)


def _told(answer: Answer, *, exactly: bool) -> dict[str, Any]:
    case = answer.invitation.case
    assert case is not None  # a fix is of a case
    lon, lat = case.centre.coords if exactly else shown_centre(case)
    return StoredAnswer(
        id=answer.pk,
        spot=case.pk,
        brand=case.brand.code,
        region=case.region.code,
        centre=StoredPoint(lon=lon, lat=lat),
        customer=answer.invitation.customer.told_id,
        rating=answer.score or 0,
        comment=scrubbed(answer.comment or ""),
        channel=answer.channel,
        rated_at=answer.at,
    ).model_dump(mode="json")
