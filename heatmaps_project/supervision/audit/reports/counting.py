"""Counting what a report tells, when it is made and when it is verified."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from complaints.customers.walls import NO_WALLS
from heatmaps_project.supervision.audit.breaches import Row, listed
from heatmaps_project.supervision.audit.figures import Audit, audit
from heatmaps_project.supervision.audit.promises import promises_of
from heatmaps_project.supervision.audit.reports.canonical import REPORTED, canonical
from heatmaps_project.supervision.audit.reports.models import AuditReport
from heatmaps_project.supervision.audit.scope import AuditScope


@dataclass(frozen=True)
class Counted:
    scope: AuditScope
    audit: Audit
    worst: list[Row]
    figures: str  # canonical


def month_before(now: datetime, zone: ZoneInfo) -> date:
    """Return the first day of the month that has ended last."""
    this_month = now.astimezone(zone).date().replace(day=1)
    return (this_month - timedelta(days=1)).replace(day=1)


def counted(
    *, month: date, brand: int | None, region: int | None, zone: ZoneInfo, as_of: datetime
) -> Counted:
    """Count the promises that fell due in a month, as they were known at a moment."""
    filters: dict[str, int | str] = {}
    if brand is not None:
        filters["brand"] = brand
    if region is not None:
        filters["region"] = region
    scope = AuditScope(
        walls=NO_WALLS,  # whoever may see the report may see all of its brand and region
        as_of=as_of,
        zone=zone,
        first=month,
        last=month.replace(day=monthrange(month.year, month.month)[1]),
        travels=True,
        filters=filters,
    )
    promises = promises_of(scope)
    found = audit(promises, by=REPORTED)
    worst, _broken = listed(promises, page=1)
    return Counted(scope, found, worst, canonical(scope, found, worst))


def counted_anew(report: AuditReport) -> str:
    """Return the figures of a report as they are counted today, as of its own moment."""
    return counted(
        month=report.month,
        brand=report.brand_id,
        region=report.region_id,
        zone=ZoneInfo(report.zone),
        as_of=report.as_of,
    ).figures
