"""Counting calls by the half-hour."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from heatmaps_project.supervision.staffing import transitions


@shared_task(name="heatmaps_project.count_half_hours")
def count_half_hours(**_newer: Any) -> int:
    return transitions.count_halves(now=timezone.now())
