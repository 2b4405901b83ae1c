"""The sweep that forgets lookups of long ago."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from heatmaps_project.desk import transitions


@shared_task(name="heatmaps_project.forget_lookups")
def forget_lookups(**_: Any) -> int:
    return transitions.forget(now=timezone.now())
