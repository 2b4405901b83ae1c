"""What the TM Forum's faces write: tickets and problems."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from complaints.customers.models import Brand, Erasure
from complaints.intake import transitions_of_state
from complaints.intake.models import Complaint, Kept
from heatmaps_project.tmf.models import ServiceProblem, Told, TroubleTicket
from heatmaps_project.tmf.wire import written
from spots.cases.models import Case

_TICKETS = {"severity": "severity", "priority": "priority", "ticketType": "ticket_type"}
_PROBLEMS = {"category": "category", "priority": "priority"}
_MOST_CHANGES = 200  # of a status that are kept: each read and each write reads them all
_MOST_LETTERS = 20_000  # of the reasons for them, beside the last one's
_IN_MEMORY = 50  # rows: each may hold a quarter of a megabyte
_MOST_ABOVE = 20  # problems of which one is part, one of the other
_WHERE = "relatedEntity"  # the attribute that names an address
_KNOWN = frozenset({"description", "externalId", "status", "statusChangeReason"})


def note_ticket(
    *,
    complaint: Complaint,
    told: Mapping[str, Any],
    gone: Collection[str] = (),
    now: datetime,
) -> TroubleTicket:
    """
    Keep what TMF621 says of a complaint, and do with the complaint what a new status means.

    Of a complaint that has lost its words no more than status and urgency are kept; of one that has
    lost its place, not what it is related to: an address is told so.

    gone  attributes that are taken away
    """
    if complaint.kept == Kept.NOTHING or Erasure.objects.has(complaint.customer_id):
        told = {name: told[name] for name in ("status", *_TICKETS) if name in told}
    elif complaint.kept != Kept.ALL:
        told = {name: value for name, value in told.items() if name != _WHERE}
    ticket = _ticket_of(complaint, now=now)
    _note(ticket, told, columns=_TICKETS, gone=gone)
    if "status" in told and told["status"] != ticket.status:
        _note_status(ticket, told["status"], reason=told.get("statusChangeReason", ""), now=now)
        _follow(complaint, told["status"], now=now)
    if told.get("description", complaint.text) != complaint.text:
        complaint.text = told["description"]
        complaint.save(update_fields=["text"])
    ticket.changed_at = now
    ticket.save()
    return ticket


def _ticket_of(complaint: Complaint, *, now: datetime) -> TroubleTicket:
    rows = TroubleTicket.objects.select_for_update()
    return rows.get_or_create(complaint=complaint, defaults={"changed_at": now})[0]


def _follow(complaint: Complaint, status: str, *, now: datetime) -> None:
    this = Complaint.objects.filter(pk=complaint.pk)
    if status in {"resolved", "closed"}:
        transitions_of_state.resolve(this, now=now)
    elif status in {"cancelled", "rejected"}:
        transitions_of_state.withdraw(this, now=now)
    else:
        transitions_of_state.unresolve(this)


@transaction.atomic
def hide_ticket(*, complaint: Complaint, now: datetime) -> None:
    """Withdraw a complaint, and show its ticket no more."""
    ticket = _ticket_of(complaint, now=now)
    ticket.hidden_at, ticket.changed_at = ticket.hidden_at or now, now
    ticket.save(update_fields=["hidden_at", "changed_at"])
    transitions_of_state.withdraw(Complaint.objects.filter(pk=complaint.pk), now=now)


def problem_of(case: Case, *, now: datetime) -> ServiceProblem:
    """Return what TMF656 said of a spot, locked: of two who are the first to say something, one."""
    made = {"brand": case.brand, "raised_at": case.opened_at, "changed_at": now}
    rows = ServiceProblem.objects.select_for_update()
    return rows.get_or_create(case=case, defaults=made)[0]


def note_problem(
    *,
    problem: ServiceProblem,
    told: Mapping[str, Any],
    gone: Collection[str] = (),
    now: datetime,
) -> ServiceProblem:
    """Keep what TMF656 says of a problem, without what is gone; a new row is made."""
    beside = ("description", "reason", "originatorParty")
    _note(problem, told, columns=_PROBLEMS, beside=beside, gone=gone)
    if "status" in told and told["status"] != problem.status:
        _note_status(problem, told["status"], reason=told.get("statusChangeReason", ""), now=now)
    problem.changed_at = now
    problem.save()
    return problem


def hide_problem(*, problem: ServiceProblem, now: datetime) -> None:
    """Show a problem no more."""
    problem.hidden_at = problem.changed_at = now
    problem.save()


class PartOfItselfError(Exception):
    """The problem would be a part of its own part."""


class TooDeepError(Exception):
    """The problem would be part of part of part … of more than _MOST_ABOVE others."""


@transaction.atomic
def group(*, child: ServiceProblem, parent: ServiceProblem | None, now: datetime) -> None:
    """
    Make a problem that is no spot part of another, or of none.

    :raises PartOfItselfError: the other is part of this one, or this one itself
    :raises TooDeepError: too many are above the other
    """
    # One after another within a brand: two at once could each become part of the other.
    Brand.objects.select_for_update(no_key=True).get(pk=child.brand_id)
    above, seen = parent.pk if parent else None, {child.pk}
    while above is not None:
        if above in seen:
            raise PartOfItselfError
        if len(seen) > _MOST_ABOVE:
            raise TooDeepError
        seen.add(above)
        above = ServiceProblem.objects.values_list("parent", flat=True).get(pk=above)
    child.parent, child.changed_at = parent, now
    child.save(update_fields=["parent", "changed_at"])


def _note(
    row: Told,
    told: Mapping[str, Any],
    *,
    columns: Mapping[str, str],
    beside: tuple[str, ...] = (),
    gone: Collection[str],
) -> None:
    for name, column in columns.items():
        if name in told:
            setattr(row, column, told[name])
    rest = json.loads(row.rest) if row.rest else {}
    known = {*_KNOWN, *columns} - set(beside)
    rest |= {name: value for name, value in told.items() if name not in known}
    for name in gone:
        rest.pop(name, None)
        if name in columns:
            setattr(row, columns[name], "")
    row.rest = json.dumps(rest, ensure_ascii=False)


def _note_status(row: Told, status: str, *, reason: str, now: datetime) -> None:
    change = {"status": status, "changeDate": written(now)}
    kept, letters = list[dict[str, Any]](), 0
    for known in reversed(row.changes[-_MOST_CHANGES + 1 :]):
        letters += len(known.get("changeReason", ""))
        if letters > _MOST_LETTERS:
            break
        kept.insert(0, known)
    row.changes = [*kept, change | ({"changeReason": reason} if reason else {})]
    row.status, row.status_at = status, now


def forget_places(complaint_ids: Collection[int]) -> None:
    """Erase where customers are out of what another system said of complaints; the rest stays."""
    rows = TroubleTicket.objects.filter(complaint__in=complaint_ids, rest__isnull=False)
    for row in rows.only("rest").select_for_update().iterator(_IN_MEMORY):
        rest = json.loads(row.rest)
        if rest.pop(_WHERE, None) is not None:
            row.rest = json.dumps(rest, ensure_ascii=False)
            row.save(update_fields=["rest"])


def forget_words(complaint_ids: Collection[int]) -> None:
    """Erase what another system said of complaints in words that we keep, and do not understand."""
    rows = TroubleTicket.objects.filter(complaint__in=complaint_ids)
    rows.update(rest="")
    for row in rows.exclude(changes=[]).only("changes").select_for_update():
        for change in row.changes:
            change.pop("changeReason", None)
        row.save(update_fields=["changes"])
