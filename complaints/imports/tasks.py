"""The sweeps of imports of complaints."""

from functools import partial
from typing import Any

from celery import shared_task
from django.utils import timezone

from complaints.imports import running, transitions
from complaints.portions import until_none_is_left


@shared_task(name="complaints.run_imports")
def run_imports(**_unknown: Any) -> int:
    return running.run_waiting(now=timezone.now())


@shared_task(name="complaints.forget_imports")
def forget_imports(**_unknown: Any) -> int:
    return until_none_is_left(partial(transitions.forget_old, now=timezone.now()))
