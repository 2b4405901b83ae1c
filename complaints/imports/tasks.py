"""The sweeps of imports of complaints."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from complaints.imports import running, transitions


@shared_task(name="complaints.run_imports")
def run_imports(**_unknown: Any) -> int:
    return running.run_waiting(now=timezone.now())


@shared_task(name="complaints.forget_imports")
def forget_imports(**_unknown: Any) -> int:
    return transitions.forget_old(now=timezone.now())
