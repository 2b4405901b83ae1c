"""The sweep of imports."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from spots.network.imports import checking


@shared_task(name="spots.run_imports")
def run_imports(**_unknown: Any) -> int:
    return checking.run_waiting(now=timezone.now())
