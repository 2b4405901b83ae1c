"""Making a report: once, and never to be changed."""

import logging
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from complaints.isolation import isolated
from complaints.models import Brand, Region
from heatmaps_project.models import User
from heatmaps_project.supervision.audit.reports.canonical import checksum, signature
from heatmaps_project.supervision.audit.reports.counting import counted, month_before
from heatmaps_project.supervision.audit.reports.drawing import drawn
from heatmaps_project.supervision.audit.reports.models import AuditReport

logger = logging.getLogger(__name__)


@transaction.atomic
def make_report(
    *,
    month: date,
    brand: Brand | None,
    region: Region | None,
    language: str,
    by: User | None,
    now: datetime,
) -> AuditReport:
    """
    Count a month and keep what was found, sealed.

    month  its first day; it has ended

    :raises ValueError: the month has not ended
    """
    zone = ZoneInfo(region.time_zone if region else settings.TIME_ZONE)
    if month > month_before(now, zone):
        raise ValueError("The month has not ended.")
    found = counted(
        month=month,
        brand=brand.pk if brand else None,
        region=region.pk if region else None,
        zone=zone,
        as_of=now,
    )
    page = drawn(found, language=language)
    report = AuditReport(
        month=month,
        brand=brand,
        region=region,
        zone=str(zone),
        as_of=now,
        by=by,
        language=language,
        figures=found.figures,
        page=page,
        sha256=checksum(found.figures),
        signature=signature(found.figures, page),
    )
    AuditReport.objects.bulk_create([report], ignore_conflicts=by is None)
    return report


def report_last_month(*, now: datetime) -> int:
    """Make the report of each brand on the month that has ended last, if it is not there yet."""
    month = month_before(now, ZoneInfo(settings.TIME_ZONE))
    there = AuditReport.objects.filter(month=month, region=None, by=None)
    missing = Brand.objects.exclude(pk__in=there.values("brand")).order_by("pk")
    language, made = settings.LANGUAGE_CODE[:2], 0
    for brand in missing:
        failed = "The report of brand %s on %s could not be made; the next run tries again"
        with isolated(logger, failed, brand.pk, month):
            make_report(month=month, brand=brand, region=None, language=language, by=None, now=now)
            made += 1
    return made
