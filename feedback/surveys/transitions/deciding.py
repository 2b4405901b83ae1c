"""Whether a customer whose time has come is asked: decided as the message is written."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import DurationField, ExpressionWrapper, F, Max, Q, Value

from complaints.customers.models import Customer
from complaints.customers.persons import persons_of
from complaints.intake.models import Complaint
from feedback.surveys.models import Invitation
from feedback.surveys.quarantine import Other, is_blocked
from feedback.surveys.states import ASKED, Skip, State
from feedback.surveys.transitions.versions import version_in_force
from feedback.surveys.unasked import unasked

TOO_LATE = timedelta(days=3)  # after its time, as when nothing ran meanwhile


def take_due(*, limit: int, now: datetime) -> tuple[list[Invitation], int]:
    """
    Decide about the next invitations whose time has come: inside the caller's transaction.

    Returns those to be asked, now queued and with their version, customer and survey; and how
    many were decided about in all. The caller writes a message for each in the same transaction.
    """
    rows = Invitation.objects.select_for_update(skip_locked=True, of=("self",))
    due = rows.filter(state=State.CREATED, due_at__lte=now)
    due = due.select_related("survey", "brand", "region", "touch", "event")
    due = due.defer("region__outline")
    taken = list(due.order_by("survey__rank", "due_at", "pk")[:limit])
    # Locked in order: two sweeps at one person would each see nobody asked yet.
    ids = {one.customer_id for one in taken}
    every = sorted(persons_of(ids))
    locked = Customer.objects.select_for_update().filter(pk__in=every).order_by("pk")
    customers = {customer.pk: customer for customer in locked}
    others, never = others_of(ids, now=now), unasked(ids)
    complained = _complained(taken)
    asked: list[Invitation] = []
    for one in taken:
        one.customer = customers[one.customer_id]
        mine = [other for pk, other in others[one.customer_id].items() if pk != one.pk]
        one.skipped = _why_not(
            one, mine, never.get(one.customer_id), complained=one.pk in complained, now=now
        )
        one.state = State.SKIPPED if one.skipped else State.QUEUED
        if not one.skipped:
            asked.append(one)
            others[one.customer_id][one.pk] = Other(now, one.survey.rank, asked=True)
    _give_versions(asked, now=now)
    Invitation.objects.bulk_update(taken, ["state", "skipped", "version", "expires_at"])
    return asked, len(taken)


def others_of(ids: Collection[int], *, now: datetime) -> dict[int, dict[int, Other]]:
    """
    Return the invitations, asked or reserved, that quarantines of these customers count.

    Customers who are one person share one dictionary: whoever is asked at one number is left alone
    at the others.
    """
    persons = persons_of(ids)
    of_person: dict[int, dict[int, Other]] = {person: {} for person in persons.values()}
    rows = Invitation.objects.filter(
        Q(state__in=ASKED) | Q(state=State.CREATED),
        customer__in=[*persons],
        due_at__gt=now - timedelta(days=366),
    ).values_list("customer", "pk", "due_at", "survey__rank", "state")
    for customer, pk, due_at, rank, state in rows:
        other = Other(due_at, rank, asked=state != State.CREATED)
        of_person[persons[customer]][pk] = other
    return {pk: of_person[person] for pk, person in persons.items()}


def _why_not(
    one: Invitation,
    others: Collection[Other],
    never: Skip | None,
    *,
    complained: bool,
    now: datetime,
) -> str:
    customer, survey = one.customer, one.survey
    checks = (
        (Skip.SWITCHED_OFF, not survey.active),
        (Skip.LATE, one.due_at < now - TOO_LATE),
        (Skip.EMPLOYEE, never == Skip.EMPLOYEE),
        (Skip.GONE, never == Skip.GONE),
        (Skip.OPTED_OUT, never == Skip.OPTED_OUT),
        (Skip.NO_CONTACT, not customer.phone and not customer.email),
        (Skip.COMPLAINED, complained),
        (Skip.ROAMING, one.touch is not None and one.touch.roaming),
        (
            Skip.QUARANTINE,
            is_blocked(others, at=now, rank=survey.rank, days=survey.quarantine_days),
        ),
    )
    return next((str(why) for why, holds in checks if holds), "")


def _complained(taken: Collection[Invitation]) -> set[int]:
    """Return the invitations whose person has complained between the event and now; two queries."""
    since = {
        one.pk: happened
        for one in taken
        if one.survey.not_after_complaint and (happened := _happened_at(one))
    }
    if not since:
        return set()
    persons = persons_of({one.customer_id for one in taken})
    newest: dict[int, datetime] = {}
    complaints = Complaint.objects.filter(
        customer__in=[*persons], occurred_at__gt=min(since.values()), withdrawn_at=None
    )
    for customer, at in complaints.values_list("customer").annotate(at=Max("occurred_at")):
        person = persons[customer]
        newest[person] = max(at, newest.get(person, at))
    return {
        one.pk
        for one in taken
        if one.pk in since and newest.get(persons[one.customer_id], since[one.pk]) > since[one.pk]
    }


def _happened_at(one: Invitation) -> datetime | None:
    """Return when what is asked about happened; None: it is about us as a whole."""
    happened = one.touch or one.event
    at: datetime | None = happened.at if happened is not None else None
    return at


def _give_versions(asked: Collection[Invitation], *, now: datetime) -> None:
    versions = {
        pk: version_in_force(pk, now=now) for pk in sorted({one.survey_id for one in asked})
    }
    for one in asked:
        one.version = versions[one.survey_id]
        one.expires_at = now + timedelta(days=one.survey.valid_days)


# How long a survey waits before it reminds; null where it never does.
_PATIENCE = ExpressionWrapper(
    F("survey__remind_after_hours") * Value(timedelta(hours=1)), output_field=DurationField()
)


def due_for_a_reminder(*, limit: int, now: datetime) -> list[Invitation]:
    """Take the invitations that were not answered so long after, and were not reminded yet."""
    rows = Invitation.objects.select_for_update(skip_locked=True, of=("self",))
    silent = rows.filter(
        state__in=[State.SENT, State.DELIVERED],
        reminded_at=None,
        survey__active=True,
        sent_at__lte=Value(now) - _PATIENCE,
        expires_at__gt=now,
    )
    silent = silent.select_related("survey", "brand", "region", "customer", "version")
    found = list(silent.defer("region__outline").order_by("sent_at", "pk")[:limit])
    Invitation.objects.filter(pk__in=[one.pk for one in found]).update(reminded_at=now)
    return found
