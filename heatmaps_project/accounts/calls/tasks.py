"""The sweep that forgets what was called, and refused, long ago, and sessions that have ended."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from heatmaps_project.accounts.calls.transitions import forget
from heatmaps_project.accounts.refusals.transitions import forget as forget_refusals
from heatmaps_project.accounts.transitions_of_sessions import forget_ended


@shared_task(name="heatmaps_project.forget_calls")
def forget_calls(**_newer: Any) -> int:
    now = timezone.now()
    return forget(now=now) + forget_refusals(now=now) + forget_ended(now=now)
