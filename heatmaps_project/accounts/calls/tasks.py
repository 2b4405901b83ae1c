"""The sweep that forgets what API clients called long ago."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from heatmaps_project.accounts.calls.transitions import forget


@shared_task(name="heatmaps_project.forget_calls")
def forget_calls(**_newer: Any) -> int:
    return forget(now=timezone.now())
