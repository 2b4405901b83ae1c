"""The sweep that calls again where nobody has taken a danger to life."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from heatmaps_project.desk.danger import transitions


@shared_task(name="heatmaps_project.call_again")
def call_again(**_newer: Any) -> int:
    return transitions.call_again(now=timezone.now())
