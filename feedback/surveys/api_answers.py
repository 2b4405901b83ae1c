"""Every answer to every survey, over the API: a row for each question that was answered."""

from datetime import datetime
from typing import Annotated, Any

from drf_spectacular.utils import extend_schema
from pydantic import BaseModel, Field
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.cursors import Code, ListQuery, asked, listed, narrowed, page, parameters_of
from complaints.customers.personal import scrubbed
from complaints.intake.api import sender_of
from complaints.scoped import ScopedView
from feedback.surveys.languages import in_language
from feedback.surveys.models import Answer, AnswerQuerySet
from feedback.surveys.questions import Question


class StoredReply(BaseModel):
    """What one customer answered to one question, as it stands now."""

    id: int
    survey: int
    survey_name: str
    version: int = Field(description="Of the survey: questions change, answers keep theirs.")
    invitation: int = Field(description="The same for all answers of one customer to one asking.")
    touch_point: str = Field(description="As the CRM named it, or what made us ask.")
    touch: str | None = Field(description="The CRM's reference of the touch that was asked about.")
    spot: int | None
    brand: str
    region: str | None
    customer: str = Field(description="The CRM's id; empty: it told none.")
    agent: str | None = Field(description="Login of the member of staff that was asked about.")
    question: int
    question_text: str
    kind: str = Field(description="nps, csat, choice, several, yes_no or text.")
    score: int | None = Field(description="0 to 10 of nps, 1 to 5 of csat, 1 or 0 of yes_no.")
    chosen: list[str]
    comment: str = Field(description="Without phones, card numbers and e-mail addresses.")
    channel: str
    answered_at: datetime


class ReplyPage(BaseModel):
    results: list[StoredReply]
    next: str | None = Field(description="Cursor of the page that follows; null: the last.")


class ReplyQuery(ListQuery):
    """Which answers: of the client's brands and regions, and of these."""

    brand: Code | None = None
    region: Code | None = None
    survey: Annotated[int, Field(ge=1, lt=2**63)] | None = None
    touch_point: Code | None = None

    def of(self, rows: AnswerQuerySet) -> AnswerQuerySet:
        """Leave those that are asked for."""
        given: dict[str, Any] = {
            "invitation__brand__code": self.brand,
            "invitation__region__code": self.region,
            "invitation__survey": self.survey,
            "invitation__touch_point": self.touch_point,
        }
        return narrowed(rows, given)


class RepliesView(ScopedView):
    scopes = {"GET": "feedback:read"}

    @extend_schema(
        operation_id="list_answers", parameters=parameters_of(ReplyQuery), responses=ReplyPage
    )
    def get(self, request: Request) -> Response:
        """List what customers answered to any survey, the answer given last at the end."""
        query = asked(ReplyQuery, request)
        of = ("survey", "version", "brand", "region", "customer", "agent", "touch")
        rows = Answer.objects.select_related(*(f"invitation__{name}" for name in of))
        walled = rows.defer("invitation__region__outline").within(sender_of(request).walls)
        found = page(query.of(walled), query, moment="at")
        return Response(listed([_told(answer) for answer in found.rows], found.next))


def _told(answer: Answer) -> dict[str, Any]:
    one = answer.invitation
    assert one.version is not None  # whoever answered was asked a version
    question = next(q for q in one.version.questions if q.number == answer.question)
    return StoredReply(
        id=answer.pk,
        survey=one.survey_id,
        survey_name=one.survey.name,
        version=one.version.number,
        invitation=one.pk,
        touch_point=one.touch_point,
        touch=one.touch.reference if one.touch else None,
        spot=one.case_id,
        brand=one.brand.code,
        region=one.region.code if one.region else None,
        customer=one.customer.told_id,
        agent=one.agent.username if one.agent else None,
        question=answer.question,
        question_text=in_language(question.words, "ru"),
        kind=answer.kind,
        score=answer.score,
        chosen=_chosen(question, answer),
        comment=scrubbed(answer.words),
        channel=answer.channel,
        answered_at=answer.at,
    ).model_dump(mode="json")


def _chosen(question: Question, answer: Answer) -> list[str]:
    options = in_language(question.options, "ru") if question.options else ()
    return [options[number - 1] for number in answer.chosen if number <= len(options)]
