"""Measuring places where spots return."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from heatmaps_project.supervision.planning import transitions, transitions_of_raised


@shared_task(name="heatmaps_project.measure_places")
def measure_places(**_newer: Any) -> int:
    return transitions.measure_all(now=timezone.now())


@shared_task(name="heatmaps_project.note_raised")
def note_raised(**_newer: Any) -> int:
    return transitions_of_raised.note_raised(now=timezone.now())
