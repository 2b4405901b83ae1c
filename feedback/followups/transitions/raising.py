"""Alarming answers become follow-ups, each customer's answers to one survey once."""

from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from complaints.customers.models import Customer
from feedback.comments.labels import Alarm
from feedback.comments.models import Comment
from feedback.followups.models import AlarmRule, FollowUp, FollowUpStep
from feedback.followups.states import Kind
from feedback.followups.transitions.working import step
from feedback.surveys.models import Answer, Invitation
from feedback.surveys.questions import Kind as Scale

LOOKS_BACK = timedelta(days=7)
GRACE = timedelta(minutes=2)  # somebody who tapped a score by mistake taps another


@transaction.atomic
def raise_alarms(*, now: datetime, limit: int = 500) -> int:
    """Open a follow-up for each invitation with a low score or an alarming comment."""
    rule = AlarmRule.in_force()
    is_low = Q(kind=Scale.CSAT, score__lte=rule.csat_up_to)
    is_low |= Q(kind=Scale.NPS, score__lte=rule.nps_up_to)
    low = Answer.objects.filter(is_low, invitation=OuterRef("pk"), at__lte=now - GRACE)
    said = Comment.objects.filter(answer__invitation=OuterRef("pk"), alarms__len__gt=0)
    rows = Invitation.objects.filter(
        Exists(low) | Exists(said), followup=None, answered_at__gt=now - LOOKS_BACK
    )
    locked = list(
        rows.select_for_update(skip_locked=True, of=("self",)).order_by("answered_at", "pk")[:limit]
    )
    if not locked:
        return 0
    # Another worker may have been done between our look and our lock.
    raised = FollowUp.objects.filter(invitation__in=locked)
    known = set(raised.values_list("invitation", flat=True))
    found = [one for one in locked if one.pk not in known]
    scored = Answer.objects.filter(is_low, invitation__in=found)
    alarms: dict[int, set[str]] = {
        pk: {Alarm.LOW_SCORE} for pk in scored.values_list("invitation", flat=True)
    }
    for pk, named in Comment.objects.filter(answer__invitation__in=found).values_list(
        "answer__invitation", "alarms"
    ):
        alarms.setdefault(pk, set()).update(named)
    due_at = rule.due_at(now)
    made = FollowUp.objects.bulk_create(
        FollowUp(
            invitation=one,
            customer_id=one.customer_id,
            brand_id=one.brand_id,
            region_id=one.region_id,
            case_id=one.case_id,
            alarms=sorted(alarms[one.pk]),
            opened_at=now,
            due_at=due_at,
            changed_at=now,
        )
        for one in found
    )
    FollowUpStep.objects.bulk_create(
        FollowUpStep(followup=one, kind=Kind.RAISED, at=now) for one in made
    )
    return len(made)


@transaction.atomic
def follow_up_words(
    *,
    customer: Customer,
    words: str,
    region_id: int | None,
    case_id: int | None,
    by: AbstractUser,
    now: datetime,
) -> FollowUp:
    """
    Have a customer called about what they wrote, and return the follow-up.

    Whoever is to be called already is called once: the words join what is known.
    """
    # Of two people with two texts of one customer, the second finds the follow-up of the first.
    Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    waiting = FollowUp.objects.waiting().filter(customer=customer, brand=customer.brand_id)
    row = waiting.select_for_update().order_by("due_at", "pk").first()
    if row is not None:
        row.changed_at = now
        row.save(update_fields=["changed_at"])
        step(row, Kind.WROTE, words, by=by, now=now)
        return row
    row = FollowUp.objects.create(
        customer=customer,
        brand_id=customer.brand_id,
        region_id=region_id,
        case_id=case_id,
        alarms=[Alarm.WROTE],
        opened_at=now,
        due_at=AlarmRule.in_force().due_at(now),
        changed_at=now,
    )
    step(row, Kind.RAISED, words, by=by, now=now)
    return row
