"""Whatever is still open with a customer: while anything is, nothing of theirs ends by its age."""

from datetime import datetime
from typing import Final

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from feedback.followups.models import FollowUp
from feedback.followups.states import WAITING as FOLLOWED_UP
from feedback.goodwill.given import AskedGift
from feedback.insights.models import Insight
from feedback.insights.states import WAITING as WISHED_FOR
from feedback.notifications.outbox.models import Message
from feedback.notifications.outbox.states import UNSENT
from feedback.notifications.outbox.states import State as MessageState
from feedback.surveys.models import Invitation
from feedback.surveys.states import ANSWERABLE
from feedback.surveys.states import State as InvitationState
from heatmaps_project.desk.danger.models import Emergency
from heatmaps_project.desk.danger.states import State as EmergencyState
from heatmaps_project.desk.requests.models import MOVES, ServiceRequest
from spots.cases.models import Membership
from spots.cases.states import ENDED, State

NOT_SENT: Final = UNSENT | {MessageState.CLAIMED, MessageState.UNCERTAIN}
OPEN_CASE: Final = frozenset(State) - ENDED
_ASKED_OF_US: Final = [state for state, following in MOVES.items() if following]


def open_with(customer: str, *, now: datetime) -> Q:
    """
    Return the condition that something is open with the customer of a row.

    customer  the path from the row to its customer
    """
    found = Q()
    for rows, path in _matters(now):
        found |= Q(Exists(rows.filter(**{path: OuterRef(customer)})))
    return found


def in_open_case() -> Q:
    """Return the condition that a complaint is in a case that has not ended."""
    return Q(Exists(_members().filter(complaint=OuterRef("pk"))))


def _members() -> QuerySet[Membership]:
    return Membership.objects.current().filter(case__state__in=OPEN_CASE)


def _matters(now: datetime) -> list[tuple["QuerySet[Model]", str]]:
    answerable = Q(state__in=ANSWERABLE, expires_at__gt=now) | Q(state=InvitationState.CREATED)
    rows: list[tuple[QuerySet[Model], str]] = [
        (_members(), "complaint__customer"),
        (Message.objects.filter(state__in=NOT_SENT), "customer"),
        (FollowUp.objects.filter(state__in=FOLLOWED_UP), "customer"),
        (ServiceRequest.objects.filter(state__in=_ASKED_OF_US), "customer"),
        (Emergency.objects.exclude(state=EmergencyState.CLOSED), "customer"),
        (AskedGift.objects.waiting(now), "customer"),
        (Insight.objects.filter(state__in=WISHED_FOR), "customer"),
        (Invitation.objects.filter(answerable), "customer"),
    ]
    return rows
