"""Watching launches."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from heatmaps_project.supervision.launches import transitions


@shared_task(name="heatmaps_project.watch_launches")
def watch_launches(**_newer: Any) -> int:
    return transitions.watch_launches(now=timezone.now())
