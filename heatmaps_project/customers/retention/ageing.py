"""What has reached its age: of each kind, which rows they are, and what ends them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from complaints.customers.consent import OptOut
from complaints.customers.models import IS_SOMEBODY, Customer
from complaints.intake.models import Complaint, Kept, Placing
from feedback.followups.models import FollowUpStep
from feedback.followups.states import State as FollowUpState
from feedback.goodwill.given import AskedGift, Given
from feedback.insights.models import Insight
from feedback.insights.states import WAITING as WISHED_FOR
from feedback.notifications.incoming.models import OF_SOMEBODY, IncomingText
from feedback.notifications.outbox.models import Message
from feedback.notifications.outbox.states import SPEAKS
from feedback.surveys.models import Answer
from feedback.surveys.touches import Touch
from heatmaps_project.customers.retention.kinds import Kind
from heatmaps_project.customers.retention.open_matters import (
    IN_OPEN_CASE,
    NOT_SENT,
    OPEN_CASE,
    any_exists,
    open_with,
)
from heatmaps_project.desk.danger.models import Emergency, EmergencyStep
from heatmaps_project.desk.danger.states import State as EmergencyState
from heatmaps_project.desk.models import Lookup
from heatmaps_project.desk.requests.models import WITH_A_SAYING, ServiceRequest
from heatmaps_project.desk.reviews.models import Review

Rows = QuerySet[Any, Any]


@dataclass(frozen=True)
class Ageing:
    """
    Rows of a kind that still say something of a person.

    rows      all of them, whatever their age
    since     what their age is counted from
    brand     the path to their brand; "": they are of none
    customer  the path to their customer; "": they name none
    waits     what else keeps one from ending: something of its own is open
    """

    rows: Callable[[], Rows]
    since: str
    brand: str = "brand"
    customer: str = "customer"
    waits: Q = field(default_factory=Q)


_STEPS: Final = EmergencyStep.objects.filter(emergency=OuterRef("pk"), note__isnull=False)


def _opened(path: str) -> Q:
    """Return the condition that the case at the end of a path has not ended."""
    return Q(**{f"{path}__state__in": OPEN_CASE})


KINDS: Final[dict[Kind, Ageing]] = {
    Kind.PLACES: Ageing(
        lambda: Complaint.objects.filter(kept=Kept.ALL),
        "received_at",
        # History that is brought in is put on the map first: where it was lies in its address.
        waits=Q(placing=Placing.WAITING) | IN_OPEN_CASE,
    ),
    Kind.COMPLAINTS: Ageing(
        lambda: Complaint.objects.filter(kept=Kept.WORDS), "received_at", waits=IN_OPEN_CASE
    ),
    Kind.MESSAGES: Ageing(
        lambda: Message.objects.filter(SPEAKS),
        "planned_at",
        waits=Q(state__in=NOT_SENT) | _opened("case"),
    ),
    Kind.TEXTS: Ageing(
        lambda: IncomingText.objects.filter(OF_SOMEBODY),
        "received_at",
        brand="invitation__brand",
        customer="invitation__customer",
        waits=Q(meaning=""),
    ),
    Kind.COMMENTS: Ageing(
        lambda: Answer.objects.filter(words__isnull=False),
        "at",
        brand="invitation__brand",
        customer="invitation__customer",
        waits=_opened("invitation__case"),
    ),
    Kind.FOLLOWUPS: Ageing(
        lambda: FollowUpStep.objects.filter(note__isnull=False),
        "at",
        brand="followup__brand",
        customer="followup__customer",
        waits=~Q(followup__state=FollowUpState.CLOSED) | _opened("followup__case"),
    ),
    Kind.GIFTS: Ageing(lambda: Given.objects.filter(note__isnull=False), "at"),
    Kind.ASKED_GIFTS: Ageing(lambda: AskedGift.objects.filter(note__isnull=False), "at"),
    Kind.INSIGHTS: Ageing(
        lambda: Insight.objects.filter(words__isnull=False),
        "raised_at",
        waits=Q(state__in=WISHED_FOR),  # those that somebody raised by hand name no customer
    ),
    Kind.REQUESTS: Ageing(
        lambda: ServiceRequest.objects.filter(WITH_A_SAYING),
        "at",
    ),
    Kind.EMERGENCIES: Ageing(
        lambda: Emergency.objects.filter(Q(words__isnull=False) | Exists(_STEPS)),
        "raised_at",
        waits=~Q(state=EmergencyState.CLOSED),
    ),
    Kind.REVIEWS: Ageing(
        lambda: Review.objects.filter(reviewed_at__isnull=False).filter(
            Q(note__isnull=False) | ~Q(recording="")
        ),
        "reviewed_at",
        customer="",
    ),
    Kind.CUSTOMERS: Ageing(
        lambda: Customer.objects.filter(IS_SOMEBODY),
        "described_at",
        customer="pk",
    ),
}


def of_age(kind: Kind, brand_id: int | None, *, before: datetime) -> Rows:
    """Return the rows of a kind, of a brand (None: of none), from before a moment."""
    ageing = KINDS[kind]
    rows = ageing.rows().filter(**{f"{ageing.since}__lt": before, ageing.brand: brand_id})
    return rows.exclude(_met_since(before)) if kind == Kind.CUSTOMERS else rows


def due(kind: Kind, brand_id: int | None, *, before: datetime, now: datetime) -> Rows:
    """Return those of them with whom nothing is open: they end."""
    ageing = KINDS[kind]
    rows = of_age(kind, brand_id, before=before)
    if ageing.waits:
        rows = rows.exclude(ageing.waits)
    return rows.exclude(open_with(ageing.customer, now=now)) if ageing.customer else rows


def _met_since(moment: datetime) -> Q:
    """Return the condition that there was contact with a customer since a moment."""
    of_them = OuterRef("pk")
    return any_exists(
        Complaint.objects.filter(customer=of_them, received_at__gte=moment),
        Message.objects.filter(customer=of_them, planned_at__gte=moment),
        Touch.objects.filter(customer=of_them, at__gte=moment),
        Lookup.objects.filter(customer=of_them, at__gte=moment),
    )


def refuses(customer_id: int) -> bool:
    """Whether a customer has said that they want no messages: that has to be remembered."""
    return OptOut.objects.filter(customer=customer_id).exists()
