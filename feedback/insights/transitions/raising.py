"""Insights are raised, from a comment once, and voted for, by each once."""

from datetime import datetime
from typing import Final

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import F, QuerySet

from complaints.customers.in_words import without_customers
from complaints.customers.models import Brand, Customer
from complaints.customers.personal import scrubbed
from complaints.geocoding.models import Region
from feedback.comments.models import Comment
from feedback.insights.models import Department, Insight, InsightStep, Vote
from feedback.insights.states import Kind

MOST_LETTERS: Final = int(Insight._meta.get_field("title").max_length or 0)


@transaction.atomic
def raise_insight(
    *,
    title: str,
    words: str,
    department: Department,
    brand: Brand,
    region: Region | None,
    comment_id: int | None = None,
    by: AbstractUser,
    now: datetime,
) -> Insight:
    """
    Raise a wish or an idea. Of a comment there is one: raised again, it is the one there is.

    brand, region  where it belongs; of a comment, they are the comment's own

    All of the staff read it: customers' phones and addresses of mail are masked.
    """
    row = {
        "title": without_customers(title, by=by.pk)[:MOST_LETTERS],
        "words": without_customers(words, by=by.pk),
        "department": department,
        "raised_by_id": by.pk,
        "raised_at": now,
    }
    if comment_id is None:
        insight = Insight.objects.create(brand=brand, region=region, **row)
    else:
        comment = Comment.objects.select_related("answer__invitation").get(pk=comment_id)
        of = comment.answer.invitation
        Customer.objects.held(of.customer_id)  # nobody erases them while their words are copied
        comment.answer.refresh_from_db(fields=["words"])
        walls = {"brand_id": of.brand_id, "region_id": of.region_id, "customer_id": of.customer_id}
        row["words"] = scrubbed(comment.answer.words)
        insight, made = Insight.objects.get_or_create(comment=comment, defaults={**row, **walls})
        if not made:
            return insight
    InsightStep.objects.create(insight=insight, kind=Kind.RAISED, at=now, by_id=by.pk)
    return insight


@transaction.atomic
def vote(*, insight_id: int, wanted: bool, by: AbstractUser, now: datetime) -> int:
    """Vote for an insight, or take the vote back; return how many votes it has."""
    insight = Insight.objects.select_for_update().get(pk=insight_id)
    if wanted:
        _vote, changed = Vote.objects.get_or_create(
            insight=insight, user_id=by.pk, defaults={"at": now}
        )
    else:
        changed = bool(Vote.objects.filter(insight=insight, user=by.pk).delete()[0])
    if changed:
        Insight.objects.filter(pk=insight_id).update(votes=F("votes") + (1 if wanted else -1))
        insight.refresh_from_db(fields=["votes"])
    return insight.votes


def forget_words(insights: QuerySet[Insight]) -> None:
    """Erase what customers said; that somebody wished for something stays."""
    insights.update(words="")
