"""The sweeps of imports."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from spots.network.imports import checking, transitions


@shared_task(name="spots.run_imports")
def run_imports(**_unknown: Any) -> int:
    return checking.run_waiting(now=timezone.now())


@shared_task(name="spots.forget_imports")
def forget_imports(**_unknown: Any) -> int:
    return transitions.forget_old(now=timezone.now())
