"""Whatever is still open with a customer: while anything is, nothing of theirs ends by its age."""

from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, Final

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
    return any_exists(*(rows.filter(**{path: OuterRef(customer)}) for rows, path in _matters(now)))


def any_exists(*rows: "QuerySet[Any]") -> Q:
    """Return the condition that there is a row of any of these."""
    return reduce(or_, (Q(Exists(one)) for one in rows))


_MEMBERS: Final = Membership.objects.current().filter(case__state__in=OPEN_CASE)
IN_OPEN_CASE: Final = any_exists(_MEMBERS.filter(complaint=OuterRef("pk")))  # of a complaint


def _matters(now: datetime) -> list[tuple["QuerySet[Model]", str]]:
    answerable = Q(state__in=ANSWERABLE, expires_at__gt=now) | Q(state=InvitationState.CREATED)
    rows: list[tuple[QuerySet[Model], str]] = [
        (_MEMBERS.all(), "complaint__customer"),
        (Message.objects.filter(state__in=NOT_SENT), "customer"),
        (FollowUp.objects.filter(state__in=FOLLOWED_UP), "customer"),
        (ServiceRequest.objects.filter(state__in=_ASKED_OF_US), "customer"),
        (Emergency.objects.exclude(state=EmergencyState.CLOSED), "customer"),
        (AskedGift.objects.waiting(now), "customer"),
        (Insight.objects.filter(state__in=WISHED_FOR), "customer"),
        (Invitation.objects.filter(answerable), "customer"),
    ]
    return rows
