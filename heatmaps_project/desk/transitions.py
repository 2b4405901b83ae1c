"""
Every write of the desk: that somebody asked, and what came of it.

Appended, never changed, and forgotten when it is old.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from complaints.customers.models import Customer
from heatmaps_project.accounts.models import ApiClient, Look, User
from heatmaps_project.desk.models import CHANGING, Asked, Lookup, LookupOutcome, Origin, Outcome

QUOTA_WINDOW = timedelta(hours=1)
# Figures compare a month with the same month a year before. Whose data members of staff looked at
# stays in the record of looks. The database lets nothing younger go (migration 0003_append_only).
KEPT = timedelta(days=400)


class QuotaUsedUpError(Exception):
    """This person has looked up as many callers as one may in an hour; says so."""


def check_quota(user: User | None, *, now: datetime) -> None:
    """:raises QuotaUsedUpError: this member of staff has asked too often within the hour"""
    if user is None:
        return
    lately = Lookup.objects.filter(by=user, at__gt=now - QUOTA_WINDOW).count()
    if lately >= settings.LOOKUP_QUOTA_PER_HOUR:
        words = _("You have looked up %(quota)s callers within an hour: that is the most.")
        raise QuotaUsedUpError(words % {"quota": settings.LOOKUP_QUOTA_PER_HOUR})


@transaction.atomic
def record(
    *,
    by: User | None,
    client: ApiClient | None,
    agent: str,
    origin: Origin,
    call: UUID,
    asked: str,
    subject_index: bytes | None,
    customer: Customer | None,
    people: Collection[Customer] = (),
    brand_id: int | None,
    region_id: int | None,
    situation: str,
    case_id: int | None,
    took_ms: int,
    now: datetime,
) -> Lookup:
    """
    Append a lookup; where a member of staff saw customers, the looks at their data too.

    people  whom it may have meant, and who were shown to be chosen from
    """
    seen = [*people, *([customer] if customer else ())]
    if by is not None and seen:
        words = _("caller, by %(what)s") % {"what": Asked(asked).label}
        Look.objects.bulk_create(
            Look(by=by, at=now, subject=f"customer {one.pk}", field="lookup", reason=words)
            for one in seen
        )
    return Lookup.objects.create(
        by=by,
        client=client,
        agent=agent,
        origin=origin,
        call=call,
        at=now,
        asked=asked,
        subject_index=subject_index,
        customer=customer,
        brand_id=brand_id,
        region_id=region_id,
        situation=situation,
        case_id=case_id,
        took_ms=took_ms,
    )


def locked(lookup_id: int) -> LookupOutcome | None:
    """
    Lock a lookup until the transaction ends, and return what has changed because of it already.

    A second click waits for the first here, and is told what that one did.
    """
    Lookup.objects.select_for_update(of=("self",)).get(pk=lookup_id)
    done = LookupOutcome.objects.filter(lookup=lookup_id, outcome__in=CHANGING)
    return done.select_related("complaint__customer", "case").first()


def conclude(
    *,
    lookup_id: int,
    outcome: Outcome,
    complaint_id: int | None = None,
    case_id: int | None = None,
    channel: str = "",
    tell: bool | None = None,
    now: datetime,
) -> LookupOutcome:
    """Append what a lookup resulted in, once; return what is stored."""
    row: dict[str, Any] = {
        "at": now,
        "complaint_id": complaint_id,
        "case_id": case_id,
        "channel": channel,
        "tell": tell,
    }
    found, _made = LookupOutcome.objects.get_or_create(
        lookup_id=lookup_id, outcome=outcome, defaults=row
    )
    return found


@transaction.atomic
def forget(*, now: datetime, limit: int = 5_000) -> int:
    """Delete lookups older than KEPT, with what came of them, at most `limit`; return how many."""
    lately = LookupOutcome.objects.filter(lookup=OuterRef("pk"), at__gte=now - KEPT)
    rows = Lookup.objects.filter(~Exists(lately), at__lt=now - KEPT).order_by("at", "pk")
    gone = list(rows.select_for_update(skip_locked=True).values_list("pk", flat=True)[:limit])
    LookupOutcome.objects.filter(lookup__in=gone).delete()
    return Lookup.objects.filter(pk__in=gone).delete()[0]


def forget_looks(*, now: datetime, limit: int = 5_000) -> int:
    """Delete looks at personal data as old, at most `limit`; return how many."""
    old = Look.objects.filter(at__lt=now - KEPT).order_by("at", "pk")
    return Look.objects.filter(pk__in=old.values("pk")[:limit]).delete()[0]
