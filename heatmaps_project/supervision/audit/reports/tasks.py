"""The month's report, as soon as the month has ended."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from heatmaps_project.supervision.audit.reports import transitions


@shared_task(name="heatmaps_project.report_last_month")
def report_last_month(**_newer: Any) -> int:
    return transitions.report_last_month(now=timezone.now())
