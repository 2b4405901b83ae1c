"""The sweep of trials."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from spots.trials import running


@shared_task(name="spots.run_trials")
def run_trials(**_unknown: Any) -> int:
    return running.run_waiting(now=timezone.now())
