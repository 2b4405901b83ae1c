"""
What has happened, read from where it is written: the events of cases, members, the ledger, answers.

Each source has a column that grows as facts are written: a number, or a moment in microseconds.
A fact holds ids and codes, and nothing personal.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from django.db.models import Model, QuerySet

from complaints.models import Complaint
from feedback.comments.labels import Alarm
from feedback.followups.states import Kind as StepKind
from feedback.models import Answer, FollowUpStep
from heatmaps_project.webhooks.events import EventType
from heatmaps_project.webhooks.fact import Fact, Source
from heatmaps_project.webhooks.facts_to_do import TO_DO
from spots.cases.events import EventKind
from spots.cases.models import Case, Kind
from spots.escalation.firings import Firing
from spots.escalation.models import Channel
from spots.models import Event, LedgerEntry, Membership
from spots.sla.instants import instant
from spots.sla.models import LedgerKind

_OF_SPOTS: Final[dict[str, EventType | None]] = {
    EventKind.OPENED: EventType.SPOT_OPENED,
    EventKind.FIXED: EventType.SPOT_FIXED,
    EventKind.REOPENED: EventType.SPOT_REOPENED,
    EventKind.FAILED: EventType.SPOT_REOPENED,
    EventKind.MERGED: EventType.SPOT_MERGED,
    EventKind.COMMENTED: None,  # of staff alone
    EventKind.ANSWERED: None,
}  # any other is a change
_SPOTS: Final = frozenset({EventType.SPOT_CHANGED, *filter(None, _OF_SPOTS.values())})


def _of_events(event: Event) -> Iterator[Fact]:
    case = event.case
    type_ = _OF_SPOTS.get(event.kind, EventType.SPOT_CHANGED)
    if type_ is None or case.kind != Kind.SPOT:
        return
    if type_ == EventType.SPOT_MERGED and "into" not in event.facts:
        type_ = EventType.SPOT_CHANGED  # it took another one in
    data = {**_spot(case), "what": event.kind, "was": event.was, "became": event.became}
    if "into" in event.facts:
        data["into"] = event.facts["into"]
    yield _of_case(type_, f"event:{event.pk}", case, event.at, data)


def _of_members(member: Membership) -> Iterator[Fact]:
    data = {**_complaint(member.complaint), "case": member.case_id, "kind": member.case.kind}
    key = f"member:{member.pk}"
    yield _about(member.complaint, EventType.COMPLAINT_JOINED, key, member.since, data)


def _of_complaints(complaint: Complaint) -> Iterator[Fact]:
    """Whatever else of it has changed, these are the same facts as before."""
    placed, resolved, data = complaint.placed_at, complaint.resolved_at, _complaint(complaint)
    if placed is not None:
        key = _moment("placed", complaint, placed)
        located = {**data, "precision": complaint.precision}
        yield _about(complaint, EventType.COMPLAINT_LOCATED, key, placed, located)
    if resolved is not None:
        key = _moment("resolved", complaint, resolved)
        yield _about(complaint, EventType.COMPLAINT_RESOLVED, key, resolved, data)


def _of_ledger(entry: LedgerEntry) -> Iterator[Fact]:
    clock = entry.clock
    data = {**_spot(clock.case), "promise": clock.target, "due_at": _iso(entry.at)}
    key = f"ledger:{entry.pk}"
    yield _of_case(EventType.SLA_BREACHED, key, clock.case, entry.recorded_at, data)


def _of_ladders(firing: Firing) -> Iterator[Fact]:
    clock, rung = firing.clock, firing.rung
    data = {
        **_spot(clock.case),
        "promise": clock.target,
        "due_at": _iso(firing.due_at),
        "percent": rung.percent,
        "after_minutes": rung.after_minutes,
        "stage": rung.pk,
        "climbed": firing.climbed_from_id is not None,
    }
    case, at = clock.case, firing.fired_at
    if rung.percent is not None:
        yield _of_case(EventType.SLA_WARNED, f"sla.warned:{firing.pk}", case, at, data)
    if Channel.WEBHOOK in rung.channels:
        fact = _of_case(EventType.SLA_ESCALATED, f"sla.escalated:{firing.pk}", case, at, data)
        # One that is paused is among them: nobody else is told in its stead.
        yield replace(fact, called=frozenset(webhook.pk for webhook in rung.webhooks.all()))


def _of_answers(answer: Answer) -> Iterator[Fact]:
    """A rating of a fix is told as such, too."""
    one = answer.invitation
    data = {
        "id": answer.pk,
        "survey": one.survey_id,
        "invitation": one.pk,
        "touch_point": one.touch_point,
        "spot": one.case_id,
        "brand": one.brand.code,
        "region": one.region.code if one.region else None,
        "question": answer.question,
        "kind": answer.kind,
        "score": answer.score,
        "chosen": answer.chosen,
    }
    key, subject = _moment("survey", answer, answer.at), f"invitation:{one.pk}"
    walls = (one.brand_id, one.region_id)
    yield Fact(EventType.SURVEY_ANSWERED, key, subject, *walls, answer.at, data)
    if answer.rates_a_fix and one.case is not None:
        rated = {**_spot(one.case), "answer": answer.pk, "rating": answer.score}
        key = _moment("answer", answer, answer.at)
        yield _of_case(EventType.FEEDBACK_RECEIVED, key, one.case, answer.at, rated)


def _answers() -> QuerySet[Any]:
    rows = _cases(Answer.objects.all(), "invitation__case")
    rows = rows.select_related("invitation__brand", "invitation__region")
    return rows.defer("invitation__region__outline", "words")


_OF_FOLLOWUPS: Final = {
    StepKind.RAISED: EventType.FOLLOWUP_RAISED,
    StepKind.CLOSE: EventType.FOLLOWUP_CLOSED,
}


def _of_followups(step: FollowUpStep) -> Iterator[Fact]:
    row, type_ = step.followup, _OF_FOLLOWUPS[StepKind(step.kind)]
    data = {
        "id": row.pk,
        "brand": row.brand.code,
        "region": row.region.code if row.region else None,
        "spot": row.case_id,
        "alarms": row.alarms,
        "due_at": _iso(row.due_at),
    }
    if type_ == EventType.FOLLOWUP_CLOSED:
        data |= {"outcome": row.outcome, "late": row.late_at is not None}
    subject, walls = f"followup:{row.pk}", (row.brand_id, row.region_id)
    yield Fact(type_, f"followup:{step.pk}", subject, *walls, step.at, data)
    if type_ == EventType.FOLLOWUP_RAISED and Alarm.LEAVING in row.alarms:
        risk = {"customer": row.customer_id, "churn_risk": row.customer.churn_risk, **data}
        key, whose = f"at-risk:{step.pk}", f"customer:{row.customer_id}"
        yield Fact(EventType.CUSTOMER_AT_RISK, key, whose, *walls, step.at, risk)


def _spot(case: Case) -> dict[str, Any]:
    return {"id": case.pk, "kind": case.kind, "brand": case.brand.code, "region": case.region.code}


def _complaint(complaint: Complaint) -> dict[str, Any]:
    region = complaint.region
    return {
        "id": complaint.pk,
        "external_id": complaint.external_id,
        "source": complaint.source,
        "brand": complaint.brand.code,
        "region": region.code if region else None,
    }


def _of_case(type_: EventType, key: str, case: Case, at: datetime, data: dict[str, Any]) -> Fact:
    return Fact(type_, key, f"case:{case.pk}", case.brand_id, case.region_id, at, data)


def _about(
    complaint: Complaint, type_: EventType, key: str, at: datetime, data: dict[str, Any]
) -> Fact:
    subject = f"complaint:{complaint.pk}"
    return Fact(type_, key, subject, complaint.brand_id, complaint.region_id, at, data)


def _moment(name: str, row: Model, at: datetime) -> str:
    return f"{name}:{row.pk}:{instant(at)}"


def _iso(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at else None


def _cases(rows: QuerySet[Any], path: str) -> QuerySet[Any]:
    return rows.select_related(f"{path}__brand", f"{path}__region").defer(
        f"{path}__region__outline", f"{path}__outline"
    )


def _complaints() -> QuerySet[Any]:
    return Complaint.objects.select_related("brand", "region").defer("region__outline", "text")


def _followups() -> QuerySet[Any]:
    steps = FollowUpStep.objects.filter(kind__in=[*_OF_FOLLOWUPS])
    rows = steps.select_related("followup__brand", "followup__region", "followup__customer")
    return rows.defer("note", "followup__region__outline")


SOURCES: Final = (
    Source("events", lambda: _cases(Event.objects.all(), "case"), "pk", _of_events, _SPOTS),
    Source(
        "members",
        lambda: Membership.objects.select_related(
            "case", "complaint__brand", "complaint__region"
        ).defer("case__outline", "complaint__region__outline", "complaint__text"),
        "pk",
        _of_members,
        frozenset({EventType.COMPLAINT_JOINED}),
    ),
    Source(
        "complaints",
        _complaints,
        "changed_at",
        _of_complaints,
        frozenset({EventType.COMPLAINT_LOCATED, EventType.COMPLAINT_RESOLVED}),
    ),
    Source(
        "breaches",
        lambda: _cases(
            LedgerEntry.objects.filter(kind=LedgerKind.BREACHED).select_related("clock"),
            "clock__case",
        ),
        "pk",
        _of_ledger,
        frozenset({EventType.SLA_BREACHED}),
    ),
    Source(
        "ladders",
        lambda: _cases(
            Firing.objects.select_related("clock", "rung").prefetch_related("rung__webhooks"),
            "clock__case",
        ),
        "pk",
        _of_ladders,
        frozenset({EventType.SLA_WARNED, EventType.SLA_ESCALATED}),
    ),
    Source(
        "answers",
        _answers,
        "at",
        _of_answers,
        frozenset({EventType.SURVEY_ANSWERED, EventType.FEEDBACK_RECEIVED}),
    ),
    Source(
        "followups",
        _followups,
        "pk",
        _of_followups,
        frozenset({*_OF_FOLLOWUPS.values(), EventType.CUSTOMER_AT_RISK}),
    ),
    *TO_DO,
)
