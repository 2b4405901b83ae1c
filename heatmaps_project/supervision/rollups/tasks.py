"""Summing what figures are told from."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from heatmaps_project.supervision.rollups import transitions


@shared_task(name="heatmaps_project.roll_up")
def roll_up(**_newer: Any) -> int:
    return transitions.roll_up(now=timezone.now())
