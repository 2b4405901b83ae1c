"""The sweep that forgets lookups, and looks at personal data, of long ago."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from heatmaps_project.desk import transitions


@shared_task(name="heatmaps_project.forget_lookups")
def forget_lookups(**_: Any) -> int:
    now = timezone.now()
    return transitions.forget(now=now) + transitions.forget_looks(now=now)
