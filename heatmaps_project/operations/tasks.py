"""A heartbeat for each queue, through the queue itself."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from heatmaps_project.operations import transitions


@shared_task(name="heatmaps_project.beat_of_celery")
def beat_of_celery(**_newer: Any) -> None:
    transitions.beat("celery", now=timezone.now())


@shared_task(name="heatmaps_project.beat_of_detection")
def beat_of_detection(**_newer: Any) -> None:
    transitions.beat("detection", now=timezone.now())
