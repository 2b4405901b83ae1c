"""Ends what has reached its age: some rows at a time, each portion in a transaction of its own."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import product
from time import monotonic
from typing import Any, Final

from django.db import transaction
from django.db.models import F

from complaints.customers import transitions as customers
from complaints.events import transitions as events
from complaints.geocoding import transitions as geocoding
from complaints.intake import transitions_of_state as intake
from complaints.isolation import isolated
from feedback.followups import transitions as followups
from feedback.goodwill import transitions as goodwill
from feedback.insights import transitions as insights
from feedback.notifications import transitions as notifications
from feedback.surveys import transitions as surveys
from heatmaps_project.customers.retention.ageing import KINDS, Rows, due, refuses
from heatmaps_project.customers.retention.kinds import Kind
from heatmaps_project.customers.retention.models import (
    Ended,
    InForce,
    RetentionRun,
    brands_and_none,
)
from heatmaps_project.customers.transitions import erase
from heatmaps_project.desk.danger import transitions as dangers
from heatmaps_project.desk.requests import transitions as requests
from heatmaps_project.desk.reviews import transitions as reviews
from heatmaps_project.tmf import transitions as tmf
from spots.cases import transitions as cases
from spots.cases.only_row import ONLY

logger = logging.getLogger(__name__)

BY: Final = "age"  # who asked for the erasure of a customer, in its report
PORTION: Final = 500  # rows of one transaction
_CUSTOMERS: Final = 20  # an erasure goes through every room
_PATIENCE_S: Final = 60.0  # of one run; the next goes on
# Since the last run. More is a clock that has leapt, by itself or led by whoever answers for the
# time, or a long stop: what ends by it is not to be had again, so a person has a look first.
LEAP: Final = timedelta(days=7)

_FORGET: Final[dict[Kind, Any]] = {
    Kind.MESSAGES: notifications.forget_messages,
    Kind.TEXTS: notifications.forget_texts,
    Kind.COMMENTS: surveys.forget_words,
    Kind.FOLLOWUPS: followups.forget_words,
    Kind.GIFTS: goodwill.forget_words,
    Kind.ASKED_GIFTS: goodwill.forget_words,
    Kind.INSIGHTS: insights.forget_words,
    Kind.REQUESTS: requests.forget_words,
    Kind.EMERGENCIES: dangers.forget_words,
    Kind.REVIEWS: reviews.forget_words,
}


def sweep(*, now: datetime) -> int:
    """Do `end_by_age`, unless it was longer ago than LEAP, by the clock, that it was done last."""
    last = RetentionRun.objects.filter(pk=ONLY).values_list("ran_at", flat=True).first()
    if last is not None and now - last > LEAP:
        logger.error(
            "Nothing ends by its age: the last run was at %s, and now it is %s. Look at the clock;"
            " if it is right, run manage.py end_by_age once.",
            last.isoformat(),
            now.isoformat(),
        )
        return 0
    return end_by_age(now=now)


def end_by_age(*, now: datetime, patience_s: float = _PATIENCE_S) -> int:
    """
    End what has reached its age, and return how many rows; what is left waits for the next run.

    Of each brand and kind one portion after another, so that none keeps the others waiting.
    """
    rules, began, ended = InForce.read(), monotonic(), 0
    waiting, failed = list(product(KINDS, brands_and_none())), False
    while waiting and monotonic() - began < patience_s:
        full = []
        for kind, brand_id in waiting:
            before, count = rules.of(brand_id).ends_before(kind, now), None
            with isolated(logger, "%s of brand %s could not be ended by age", kind, brand_id):
                count = end_some(kind, brand_id, before=before, now=now)
            failed = failed or count is None
            ended += count or 0
            if count:
                full.append((kind, brand_id))
        waiting = full
    _note_run(ended, is_done=not waiting and not failed, now=now)
    return ended


@transaction.atomic
def end_some(kind: Kind, brand_id: int | None, *, before: datetime, now: datetime) -> int:
    """
    End a portion of a brand's rows of a kind, the oldest first; return how many there were.

    What another process holds is left to it. What became open while a row was being locked is seen
    once it is: whoever opens something refers to the row, and so waits for the lock.
    """
    rows = due(kind, brand_id, before=before, now=now)
    oldest = rows.order_by(KINDS[kind].since, "pk").values_list("pk", flat=True)
    portion = list(oldest[: _CUSTOMERS if kind == Kind.CUSTOMERS else PORTION])
    if not portion:
        return 0
    found = rows.model._base_manager.filter(pk__in=portion).order_by("pk")
    held = list(found.select_for_update(skip_locked=True).values_list("pk", flat=True))
    still = list(rows.filter(pk__in=held).values_list("pk", flat=True))
    if still:
        _end(kind, rows.model._base_manager.filter(pk__in=still), still, now=now)
        _count(kind, brand_id, len(still), now=now)
    return len(still)


def _end(kind: Kind, rows: Rows, ids: Sequence[int], *, now: datetime) -> None:
    if kind == Kind.PLACES:
        intake.forget_places(rows)
        events.forget_places(ids)
        geocoding.forget_complaints(ids)
        cases.redraw_singles(ids)
        tmf.forget_places(ids)
    elif kind == Kind.COMPLAINTS:
        intake.forget_words(rows)
        cases.forget_words(ids)
        events.forget_words(ids)
        tmf.forget_words(ids)
    elif kind == Kind.CUSTOMERS:
        for customer_id in ids:
            _end_customer(customer_id, now=now)
    else:
        _FORGET[kind](rows)


def _end_customer(customer_id: int, *, now: datetime) -> None:
    """Erase a customer; of one who refuses messages their id stays, else the refusal were lost."""
    if refuses(customer_id):
        customers.forget_contacts(customer_id=customer_id, now=now)
    else:
        erase(customer_id=customer_id, by=BY, now=now)


def _count(kind: Kind, brand_id: int | None, count: int, *, now: datetime) -> None:
    today = now.astimezone(UTC).date()
    of: dict[str, Any] = {"day": today, "brand_id": brand_id, "kind": kind}
    row, _made = Ended.objects.get_or_create(**of)
    Ended.objects.filter(pk=row.pk).update(count=F("count") + count)


def _note_run(ended: int, *, is_done: bool, now: datetime) -> None:
    seen = {"ran_at": now, "ended": ended, **({"caught_up_at": now} if is_done else {})}
    RetentionRun.objects.update_or_create(pk=ONLY, defaults=seen)
