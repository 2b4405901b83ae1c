"""What becomes of invitations besides answers: sent, delivered, run out."""

from collections.abc import Collection
from datetime import datetime

from django.db.models.functions import Coalesce

from feedback.surveys.models import Invitation, InvitationQuerySet
from feedback.surveys.states import State, sources_of


def sent(invitation_ids: Collection[int], *, now: datetime) -> None:
    """A gateway took their messages."""
    _from_sources(State.SENT, invitation_ids).update(state=State.SENT, sent_at=now)


def delivered(invitation_ids: Collection[int], *, now: datetime) -> None:
    """Their messages arrived. Who has answered since stays further on."""
    _from_sources(State.DELIVERED, invitation_ids).update(
        state=State.DELIVERED, delivered_at=Coalesce("delivered_at", now)
    )
    Invitation.objects.filter(pk__in=invitation_ids, delivered_at=None).update(delivered_at=now)


def undelivered(invitation_ids: Collection[int]) -> None:
    """Their messages did not arrive, or were not sent at all."""
    _from_sources(State.UNDELIVERED, invitation_ids).update(state=State.UNDELIVERED)


def tidy(*, now: datetime) -> int:
    """Close the invitations that nobody can answer any more, and return how many."""
    over = Invitation.objects.filter(expires_at__lte=now)
    partly = over.filter(state__in=sources_of(State.PARTIAL)).update(state=State.PARTIAL)
    return partly + over.filter(state__in=sources_of(State.EXPIRED)).update(state=State.EXPIRED)


def _from_sources(target: State, ids: Collection[int]) -> InvitationQuerySet:
    return Invitation.objects.filter(pk__in=ids, state__in=sources_of(target))
