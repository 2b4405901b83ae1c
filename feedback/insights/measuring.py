"""The outer loop as a figure: how many insights came to something, how fast, who heard of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Count, Exists, OuterRef, Q

from feedback.insights.models import InsightQuerySet
from feedback.insights.states import State
from feedback.notifications.outbox.models import Message
from feedback.notifications.outbox.states import State as Sent
from feedback.notifications.templates.catalogue import Reason
from feedback.surveys.scores import Csat

DAYS = 90
_TOLD = (Sent.HANDED_OVER, Sent.DELIVERED)


@dataclass(frozen=True)
class Loop:
    """Insights of the last DAYS."""

    raised: int
    of_customers: int  # of those raised
    done: int
    declined: int
    days: float | None  # until half of those that ended had ended; None: none did
    told: Csat  # authors who heard, of the customers whose wishes ended

    @property
    def ended(self) -> int:
        return self.done + self.declined


def loop_of(rows: InsightQuerySet, *, now: datetime) -> Loop:
    """Return what became of insights of late; two queries."""
    since = now - timedelta(days=DAYS)
    raised = rows.filter(raised_at__gt=since, raised_at__lte=now).aggregate(
        all=Count("pk"), of_customers=Count("pk", filter=Q(customer__isnull=False))
    )
    heard = Message.objects.filter(
        reason=Reason.INSIGHT, invitation=OuterRef("comment__answer__invitation"), state__in=_TOLD
    )
    ended = list(
        rows.filter(ended_at__gt=since, ended_at__lte=now)
        .annotate(heard=Exists(heard))
        .values_list("state", "raised_at", "ended_at", "customer", "heard")
    )
    theirs = [was_told for *_other, customer, was_told in ended if customer is not None]
    took = [(until - at) / timedelta(days=1) for _state, at, until, *_other in ended if until]
    done = sum(state == State.DONE for state, *_other in ended)
    return Loop(
        raised=raised["all"],
        of_customers=raised["of_customers"],
        done=done,
        declined=len(ended) - done,
        days=median(took) if took else None,
        told=Csat(sum(theirs), len(theirs)),
    )
