"""What is recounted, as rows: read from the tables one by one, and joined by nobody."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from complaints.models import Complaint, MonthlyFact
from feedback.models import Answer, Comment, Invitation, Message
from heatmaps_project.models import Lookup, LookupOutcome
from spots.models import Case, Clock, Event, Membership


class CaseRow(NamedTuple):
    pk: int
    kind: str
    state: str
    team: int | None
    region: int
    topic: int | None
    started_at: datetime
    opened_at: datetime
    fixed_at: datetime | None
    ended_at: datetime | None
    dismissed_for: str


class ClockRow(NamedTuple):
    case: int
    target: str
    due_at: datetime | None
    satisfied_at: datetime | None
    stopped_at: datetime | None


class ComplaintRow(NamedTuple):
    pk: int
    customer: int | None
    region: int | None
    received_at: datetime
    resolved_at: datetime | None
    withdrawn_at: datetime | None


class MemberRow(NamedTuple):
    case: int
    complaint: int
    since: datetime
    until: datetime | None


class AnswerRow(NamedTuple):
    invitation: int
    question: int
    kind: str
    score: int | None
    at: datetime


class InvitationRow(NamedTuple):
    pk: int
    case: int | None
    touch_point: str
    state: str
    due_at: datetime
    customer: int
    agent: int | None
    event: int | None
    touch: int | None  # neither: asked about us as a whole


class MessageRow(NamedTuple):
    case: int | None
    reason: str
    customer: int
    invitation: int | None
    handed_over_at: datetime | None


class LookupRow(NamedTuple):
    pk: int
    call: Any
    origin: str
    region: int | None
    at: datetime
    by: int | None
    customer: int | None


class OutcomeRow(NamedTuple):
    lookup: int
    outcome: str
    at: datetime
    case: int | None


class MonthRow(NamedTuple):
    customer: int
    month: date
    left: bool


class CommentRow(NamedTuple):
    answer__invitation: int
    answer__at: datetime
    alarms: list[str]


@dataclass(frozen=True)
class Rows:
    """Everything that the figures are told from."""

    cases: Mapping[int, CaseRow]
    events: Mapping[int, list[tuple[str, datetime]]]  # by case, in their order
    steps: Mapping[int, list[tuple[str, datetime, int]]]  # of these, what a person did; minutes
    clocks: list[ClockRow]
    complaints: list[ComplaintRow]
    members: Mapping[int, list[MemberRow]]  # by complaint
    answers: list[AnswerRow]
    invitations: Mapping[int, InvitationRow]
    messages: list[MessageRow]
    lookups: list[LookupRow]
    outcomes: Mapping[int, list[OutcomeRow]]  # by lookup
    months: list[MonthRow]
    comments: list[CommentRow]


def read() -> Rows:
    """Read the whole database: for as much as memory holds."""
    events, steps = defaultdict(list), defaultdict(list)
    told = Event.objects.order_by("at", "pk").values_list(
        "case", "kind", "at", "by", "facts__minutes"
    )
    for case, kind, at, by, minutes in told:
        events[case].append((kind, at))
        if by is not None:
            steps[case].append((kind, at, minutes or 0))
    members = defaultdict(list)
    for member in _all(Membership, MemberRow):
        members[member.complaint].append(member)
    outcomes = defaultdict(list)
    for outcome in _all(LookupOutcome, OutcomeRow):
        outcomes[outcome.lookup].append(outcome)
    return Rows(
        cases={row.pk: row for row in _all(Case, CaseRow)},
        events=events,
        steps=steps,
        clocks=list(_all(Clock, ClockRow)),
        complaints=list(_all(Complaint, ComplaintRow)),
        members=members,
        answers=list(_all(Answer, AnswerRow)),
        invitations={row.pk: row for row in _all(Invitation, InvitationRow)},
        messages=list(_all(Message, MessageRow)),
        lookups=list(_all(Lookup, LookupRow)),
        outcomes=outcomes,
        months=list(_all(MonthlyFact, MonthRow)),
        comments=list(_all(Comment, CommentRow)),
    )


def _all(model: Any, row: Any) -> Iterable[Any]:
    return map(row._make, model.objects.order_by().values_list(*row._fields).iterator())
