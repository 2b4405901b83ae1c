"""The outer loop as a figure: how many insights came to something, how fast, who heard of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Count, Exists, OuterRef, Q

from feedback.comments.labels import Topic
from feedback.comments.models import Comment
from feedback.insights.models import Insight, InsightQuerySet
from feedback.insights.states import State
from feedback.notifications.outbox.models import Message
from feedback.notifications.outbox.states import State as Sent
from feedback.notifications.templates.catalogue import Reason
from feedback.surveys.scores import Csat, Estimate, csat_change

DAYS = 90
EFFECT_DAYS = 30  # before and after it was done
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


@dataclass(frozen=True)
class Effect:
    """Comments about the topic of a wish, among all comments of its brand: before, and after."""

    topic: str
    before: Csat
    after: Csat

    @property
    def change(self) -> Estimate | None:
        """By how many percentage points the topic's share grew; None: too few to say."""
        return csat_change(self.before, self.after)


def effect_of(row: Insight, *, now: datetime) -> Effect | None:
    """Return what is said since a wish was done; None: it is not, or of no comment; one query."""
    if row.state != State.DONE or row.comment is None or row.ended_at is None:
        return None
    span, topic = timedelta(days=EFFECT_DAYS), row.comment.topic
    if not topic:
        return None
    is_before, is_after = Q(of_moment__lt=row.ended_at), Q(of_moment__gte=row.ended_at)
    told = Comment.objects.filter(
        answer__invitation__brand=row.brand_id,
        of_moment__gte=row.ended_at - span,
        of_moment__lt=min(row.ended_at + span, now),
    ).aggregate(
        before=Count("pk", filter=is_before),
        of_it_before=Count("pk", filter=is_before & Q(topic=topic)),
        after=Count("pk", filter=is_after),
        of_it_after=Count("pk", filter=is_after & Q(topic=topic)),
    )
    return Effect(
        str(Topic(topic).label),
        Csat(told["of_it_before"], told["before"]),
        Csat(told["of_it_after"], told["after"]),
    )
