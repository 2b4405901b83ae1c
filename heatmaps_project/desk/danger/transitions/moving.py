"""
Dangers to life: raised, supervisors called, each step, taken, closed.

The alarm, its steps and the letters to supervisors are one transaction: there is none without
the others. A second click of the same form finds the first one's alarm.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from complaints.customers.models import Customer, Erasure
from complaints.customers.walls import NO_WALLS, Walls
from complaints.intake.models import Complaint, Placing
from heatmaps_project.accounts.models import Look, User
from heatmaps_project.accounts.transitions import QuotaUsedUpError, look
from heatmaps_project.desk.danger.models import Emergency, EmergencyStep, Verification
from heatmaps_project.desk.danger.states import Danger, Kind, Method, State
from heatmaps_project.desk.danger.transitions.calling import call
from heatmaps_project.desk.models import Lookup

BY_HAND: Final = (Kind.CALLED, Kind.NOTED)


class RefusedError(Exception):
    """This step cannot be done now; says why."""


@transaction.atomic
def raise_alarm(
    *, key: UUID, lookup: Lookup, danger: Danger, words: str, by: User, now: datetime
) -> Emergency:
    """
    Raise an alarm in a conversation, once, and call the supervisors who may see it.

    What is said in it once more, while the alarm is open, is noted with it: whoever sends the form
    again and again calls nobody else, however often. Who was erased since they were looked up calls
    as somebody whom nobody knows.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    caller = Customer.objects.held(lookup.customer_id) if lookup.customer_id else None
    open_ones = Emergency.objects.exclude(state=State.CLOSED).exclude(key=key)
    there = open_ones.select_for_update(of=("self",))
    if row := there.filter(call=lookup.call, raised_by=by).first():
        _step(row, Kind.NOTED, f"{danger.label}: {words}", by=by, now=now)
        return row
    row, is_new = Emergency.objects.get_or_create(
        key=key,
        defaults={
            "call": lookup.call,
            "brand_id": lookup.brand_id,
            "region_id": lookup.region_id,
            "customer": caller,
            "danger": danger,
            "words": words,
            "raised_by": by,
            "raised_at": now,
        },
    )
    if is_new:
        _step(row, Kind.RAISED, str(danger.label), by=by, now=now)
        call(row, by=by, now=now)
    return row


@transaction.atomic
def step(*, emergency_id: int, kind: Kind, note: str, by: User, now: datetime) -> None:
    """
    Note what was done: a service was called, or something else.

    :raises RefusedError: the alarm is closed, or nothing is said
    """
    row = _locked(emergency_id)
    if kind not in BY_HAND or not note.strip():
        raise RefusedError(_("Say what was done."))
    _step(row, kind, note, by=by, now=now)


@transaction.atomic
def take(*, emergency_id: int, by: User, now: datetime) -> None:
    """
    Take an alarm, also from another supervisor; once more by the same changes nothing.

    :raises RefusedError: it is closed
    """
    row = _locked(emergency_id)
    if row.taken_by_id != by.pk:
        row.state, row.taken_by, row.calls_at = State.TAKEN, by, None
        row.save(update_fields=["state", "taken_by", "calls_at"])
        _step(row, Kind.TAKEN, "", by=by, now=now)


@transaction.atomic
def close(*, emergency_id: int, note: str, by: User, now: datetime) -> None:
    """
    Close an alarm, saying what came of it.

    :raises RefusedError: it is closed, nobody has taken it, or nothing is said
    """
    row = _locked(emergency_id)
    if row.state != State.TAKEN or not note.strip():
        raise RefusedError(_("Take it first, and say what came of it."))
    row.state, row.closed_at = State.CLOSED, now
    row.save(update_fields=["state", "closed_at"])
    _step(row, Kind.CLOSED, note, by=by, now=now)


@transaction.atomic
def show_address(*, emergency_id: int, by: User, now: datetime) -> str:
    """
    Return where the customer complained from last, whoever calls: a life goes before.

    The look is kept with the alarm and in the record of looks. It counts against the quota of
    looks, and is never refused for it.

    :raises RefusedError: the alarm is closed, or nobody knows an address
    """
    row = _locked(emergency_id)
    address = address_of(row.customer, walls=NO_WALLS) if row.customer else ""
    if not address:
        raise RefusedError(_("No address is known: ask the caller."))
    reason = _("danger to life, alarm № %(n)d") % {"n": row.pk}
    subject = f"customer {row.customer_id}"
    Look.objects.create(by=by, at=now, subject=subject, field="address", reason=reason)
    _step(row, Kind.SHOWN, "", by=by, now=now)
    return address


@transaction.atomic
def verify(*, lookup: Lookup, method: Method, by: User, now: datetime) -> str:
    """
    Keep that the caller of a lookup was verified, and return their address; "": none is known.

    Only of what `by` may see: who has lost the brand or region since is told nothing of it.

    :raises Customer.DoesNotExist: the caller is behind the walls of `by`
    :raises RefusedError: nobody knows who calls, or `by` has looked at too much within the hour
    """
    if lookup.customer is None:
        raise RefusedError(_("Nobody knows who calls: look the caller up by phone."))
    caller = Customer.objects.within(by.walls).get(pk=lookup.customer.pk)
    reason = _("verified caller: %(how)s") % {"how": method.label}
    try:
        look(by=by, customer_ids=[caller.pk], field="address", reason=reason, now=now)
    except QuotaUsedUpError as refusal:
        raise RefusedError(str(refusal)) from None
    Verification.objects.get_or_create(
        call=lookup.call,
        customer=caller,
        defaults={"method": method, "by": by, "at": now},
    )
    for row in Emergency.objects.filter(call=lookup.call).exclude(state=State.CLOSED):
        _step(row, Kind.VERIFIED, str(method.label), by=by, now=now)
    return address_of(caller, walls=by.walls)


def forget_words(emergencies: QuerySet[Emergency]) -> None:
    """Erase what callers in danger said, and what was noted; that there was a danger stays."""
    of = list(emergencies.values_list("pk", flat=True))
    EmergencyStep.objects.filter(emergency__in=of).update(note="")
    Emergency.objects.filter(pk__in=of).update(words="")


def address_of(customer: Customer, *, walls: Walls) -> str:
    """Return from where a customer complained last, within walls; "": nobody knows."""
    placed = Complaint.objects.within(walls).in_effect()
    placed = placed.filter(customer=customer, placing=Placing.PLACED)
    last = placed.order_by("-received_at", "-pk").first()
    return last.address if last else ""


def _locked(emergency_id: int) -> Emergency:
    """:raises RefusedError: it is closed"""
    row = Emergency.objects.select_for_update(of=("self",)).get(pk=emergency_id)
    if row.state == State.CLOSED:
        raise RefusedError(_("This alarm is closed."))
    return row


def _step(row: Emergency, kind: Kind, note: str, *, by: User, now: datetime) -> None:
    if note and Erasure.objects.has(row.customer_id):
        note = ""  # what is noted late of somebody who was erased is of nobody
    EmergencyStep.objects.create(emergency=row, kind=kind, note=note, by=by, at=now)
