"""Which complaints are to be handled by themselves, and are not yet."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from complaints.intake.models import Complaint, ComplaintQuerySet
from spots.cases.models import Kind, Membership
from spots.cases.singles.models import SingleRule

LATELY = timedelta(days=3)  # older ones, of an imported history say, open nothing by themselves


def critical(rule: SingleRule, *, now: datetime) -> ComplaintQuerySet:
    """
    Return the complaints in effect, on the map and in no case, that the rule asks for.

    One that has been a single case before is not opened again by itself.
    """
    asked = _asked(rule, now=now)
    if not asked:
        return Complaint.objects.none()
    known = Membership.objects.filter(
        Q(until=None) | Q(case__kind=Kind.SINGLE), complaint=OuterRef("pk")
    )
    return Complaint.objects.in_effect().filter(
        asked,
        ~Exists(known),
        resolved_at=None,
        point__isnull=False,
        region__isnull=False,
        received_at__gt=now - LATELY,
        received_at__lte=now,
        occurred_at__gt=now - LATELY,
    )


def _asked(rule: SingleRule, *, now: datetime) -> Q:
    asked = Q()
    if rule.severity_from is not None:
        asked |= Q(topic__severity__gte=rule.severity_from)
    if rule.segments:
        asked |= Q(customer__segment__in=rule.segments)
    if rule.channels:
        asked |= Q(channel__in=rule.channels)
    if rule.spotless_minutes is not None:
        asked |= Q(received_at__lte=now - timedelta(minutes=rule.spotless_minutes))
    return asked
