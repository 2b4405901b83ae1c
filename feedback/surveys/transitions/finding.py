"""From what happened to invitations: each customer concerned once, to be asked in due time."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import MD5, Cast, Concat, Lower, Trim

from complaints.customers.models import Customer
from complaints.intake.strangers import strangers, strangers_among
from feedback.surveys.catalogue import Survey, Trigger
from feedback.surveys.models import Invitation
from feedback.surveys.states import Skip, State
from feedback.surveys.touches import Touch
from feedback.surveys.transitions.inviting import snapshot
from feedback.surveys.unasked import too_many
from spots.cases.events import EventKind
from spots.cases.models import Event, Kind, Membership, MembershipQuerySet

LOOKS_BACK = timedelta(days=3)  # for events told late, and after an outage of ours
BATCH = 500  # events, or customers of a sample, in one transaction
KINDS = {Trigger.FIXED_LATER: EventKind.FIXED, Trigger.SINGLE_CLOSED: EventKind.CLOSED}
TRIGGERS = frozenset(KINDS.values()) | {EventKind.FIXED}  # of events that make surveys


def find(*, now: datetime) -> int:
    """Write an invitation for each customer that a survey is about, and return how many."""
    surveys = Survey.objects.filter(active=True).exclude(trigger=Trigger.FIXED)
    return sum(
        _find_of(survey, now=now)
        for survey in surveys.prefetch_related("topics", "regions").order_by("rank", "pk")
    )


@transaction.atomic
def _find_of(survey: Survey, *, now: datetime) -> int:
    if survey.trigger == Trigger.TOUCH:
        rows = _of_touches(survey, now=now)
    elif survey.trigger == Trigger.SAMPLE:
        rows = _of_a_sample(survey, now=now)
    else:
        rows = _of_events(survey, now=now)
    found = list(rows)
    strangers = strangers_among({row.customer_id for row in found})
    for row in found:
        row.of_stranger = row.customer_id in strangers
    made = Invitation.objects.bulk_create(found, batch_size=1000, ignore_conflicts=True)
    return len(made)


def _since(survey: Survey, *, now: datetime) -> datetime:
    return max(now - LOOKS_BACK, survey.active_since or now)


def _of_events(survey: Survey, *, now: datetime) -> Iterator[Invitation]:
    """One for each customer of the cases that were fixed, or closed, since."""
    invited = Invitation.objects.filter(survey=survey, event=OuterRef("pk"))
    events = Event.objects.filter(
        ~Exists(invited), kind=KINDS[Trigger(survey.trigger)], at__gte=_since(survey, now=now)
    ).select_related("case")
    events = events.defer(
        "case__outline", "case__evidence", "case__priority_parts", "case__priority_facts"
    )
    if survey.trigger == Trigger.SINGLE_CLOSED:
        events = events.filter(case__kind=Kind.SINGLE)
    if survey.brand_id:
        events = events.filter(case__brand=survey.brand_id)
    if topics := [topic.pk for topic in survey.topics.all()]:
        events = events.filter(case__topic__in=topics)
    if regions := [region.pk for region in survey.regions.all()]:
        events = events.filter(case__region__in=regions)
    concerned = _members(survey).at(OuterRef("at")).filter(case=OuterRef("case"))
    for event in events.filter(Exists(concerned)).order_by("pk")[:BATCH]:
        for customer_id in _customers_of(survey, event):
            yield _row(
                survey,
                f"event:{event.pk}",
                customer_id,
                at=event.at,
                now=now,
                event=event,
                **snapshot(event.case),
            )


def _customers_of(survey: Survey, event: Event) -> Iterable[int]:
    members = _members(survey).at(event.at).filter(case=event.case_id)
    customers = members.values_list("complaint__customer", flat=True).distinct()
    ids = list(customers.order_by("complaint__customer"))
    left_out = too_many(ids)
    return (one for one in ids if one not in left_out)


def _members(survey: Survey) -> MembershipQuerySet:
    """The complaints in cases whose customers a survey is about."""
    members = Membership.objects.filter(
        complaint__customer__isnull=False, complaint__withdrawn_at=None
    )
    if survey.segment:
        members = members.filter(complaint__customer__segment=survey.segment)
    return members


def _of_touches(survey: Survey, *, now: datetime) -> Iterator[Invitation]:
    """One for each event of the survey's touch point."""
    invited = Invitation.objects.filter(survey=survey, touch=OuterRef("pk"))
    touches = Touch.objects.filter(
        ~Exists(invited),
        touch_point=survey.touch_point,
        at__gte=_since(survey, now=now),
        at__lte=now + LOOKS_BACK,  # with one of the year 9999 nothing can be reckoned
    ).select_related("customer")
    if survey.brand_id:
        touches = touches.filter(customer__brand=survey.brand_id)
    if survey.segment:
        touches = touches.filter(customer__segment=survey.segment)
    if regions := [region.pk for region in survey.regions.all()]:
        touches = touches.filter(region__in=regions)
    if units := survey.in_units:
        touches = touches.alias(called=Lower(Trim("unit"))).filter(called__in=units)
    for touch in touches.order_by("pk")[:BATCH]:
        kept = {
            "touch": touch,
            "brand_id": touch.customer.brand_id,
            "region_id": touch.region_id,
            "agent_id": touch.agent_id,
        }
        yield _row(survey, f"touch:{touch.pk}", touch.customer_id, at=touch.at, now=now, **kept)


def _of_a_sample(survey: Survey, *, now: datetime) -> Iterator[Invitation]:
    """So many customers a day, drawn by chance that is the same however often it is drawn."""
    day = now.astimezone(ZoneInfo(settings.CUSTOMERS_TIME_ZONE)).date()
    occasion = f"day:{day}"
    if not survey.draws_on(day):
        return
    if Invitation.objects.filter(survey=survey, occasion=occasion).exists():
        return
    # How people think of us is not for whoever makes up a hundred thousand of them to say.
    rows = Customer.objects.exclude(pk__in=strangers().values("pk"))
    if survey.brand_id:
        rows = rows.filter(brand=survey.brand_id)
    if survey.segment:
        rows = rows.filter(segment=survey.segment)
    chance = MD5(Concat(Value(f"{survey.pk}:{occasion}:"), Cast("pk", CharField())))
    drawn = rows.order_by(chance).values_list("pk", "brand")[: survey.per_day]
    for customer_id, brand_id in drawn:
        yield _row(survey, occasion, customer_id, at=now, now=now, brand_id=brand_id)


def _row(
    survey: Survey, occasion: str, customer_id: int, *, at: datetime, now: datetime, **kept: Any
) -> Invitation:
    due_at = at + survey.delay
    row = Invitation(
        survey=survey,
        occasion=occasion,
        customer_id=customer_id,
        touch_point=survey.touch_point or survey.trigger,
        state=State.CREATED,
        created_at=now,
        due_at=due_at,
        expires_at=max(due_at, now) + timedelta(days=survey.valid_days),
        **kept,
    )
    if (
        survey.trigger != Trigger.SAMPLE
        and _draw(f"{survey.pk}:{occasion}", customer_id) >= survey.share
    ):
        row.state, row.skipped = State.SKIPPED, Skip.SAMPLING
    return row


def _draw(what: str, customer_id: int) -> int:
    """Return 0 … 99 by chance: the same for the same survey, occasion and customer."""
    return crc32(f"{what}:{customer_id}".encode()) % 100
