"""Every write of reviews: conversations are drawn, and somebody else says how they were."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from complaints.customers.models import Erasure
from complaints.customers.personal import scrubbed
from complaints.customers.walls import Walls
from heatmaps_project.accounts.models import User
from heatmaps_project.desk.contacts import Contact, contacts
from heatmaps_project.desk.models import Lookup
from heatmaps_project.desk.reviews.models import Review, Sample, Score
from heatmaps_project.desk.reviews.sampling import Risk, drawn


class RefusedError(Exception):
    """The conversation was listened to already, or it is the reviewer's own; says so."""


@dataclass(frozen=True)
class _Drawn:
    contact: Contact

    @property
    def name(self) -> str:
        return str(self.contact.call)

    @property
    def risks(self) -> list[Risk]:
        found = {
            Risk.AGAIN: self.contact.again,
            Risk.LOW_RATING: self.contact.is_rated_low,
            Risk.BROKEN: self.contact.broken,
        }
        return [risk for risk, there in found.items() if there]


@transaction.atomic
def draw(
    *,
    walls: Walls,
    brand: int | None,
    since: datetime,
    until: datetime,
    size: int,
    seed: int,
    by: User,
    now: datetime,
) -> int:
    """
    Draw conversations of a span to listen to; return how many are new.

    The same seed draws the same ones: a second click adds nothing.
    """
    found = contacts(walls, since=since, until=until, now=now, brand=brand)
    chosen = drawn((_Drawn(one) for one in found), size=size, seed=seed)
    known = set(
        Review.objects.filter(call__in=[one.contact.call for one in chosen]).values_list(
            "call", flat=True
        )
    )
    fresh = [one for one in chosen if one.contact.call not in known]
    if not fresh:
        return 0
    sample = Sample.objects.create(
        brand_id=brand, since=since, until=until, seed=seed, size=size, by=by, at=now
    )
    Review.objects.bulk_create(
        [
            Review(
                sample=sample,
                call=one.contact.call,
                began_at=one.contact.at,
                agent_id=one.contact.agent,
                brand_id=one.contact.brand,
                region_id=one.contact.region,
                risks=[str(risk) for risk in one.risks],
            )
            for one in fresh
        ],
        ignore_conflicts=True,  # somebody else drew them at the same moment
    )
    return Review.objects.filter(sample=sample).count()


@transaction.atomic
def review(
    *,
    review_id: int,
    scores: Mapping[int, int],
    note: str,
    recording: str,
    by: User,
    now: datetime,
) -> Review:
    """
    Say how a conversation was, once.

    scores  by the criterion's key, 1 to 5; what could not be heard is left out

    Of a conversation with somebody who was erased since, no more than the scores are kept.

    :raises RefusedError: see there
    """
    row = Review.objects.select_for_update().get(pk=review_id)
    if row.reviewed_at is not None:
        raise RefusedError(_("Somebody has reviewed this conversation already."))
    if row.agent_id == by.pk:
        raise RefusedError(_("Nobody reviews a conversation of their own."))
    callers = Lookup.objects.filter(call=row.call, customer__isnull=False).values("customer")
    if Erasure.objects.filter(customer__in=callers).exists():
        note = recording = ""
    row.note, row.recording, row.by, row.reviewed_at = scrubbed(note), recording, by, now
    row.save(update_fields=["note", "recording", "by", "reviewed_at"])
    Score.objects.bulk_create(
        Score(review=row, criterion_id=criterion, score=score)
        for criterion, score in scores.items()
    )
    return row


def of_customer(customer_id: int) -> QuerySet[Review]:
    """Return the reviews of conversations in which a customer was looked up."""
    calls = Lookup.objects.filter(customer=customer_id).values("call")
    return Review.objects.filter(call__in=calls)


def forget_words(reviews: QuerySet[Review]) -> None:
    """Erase what was noted of conversations, and where they can be heard; scores stay."""
    reviews.update(note="", recording="")
