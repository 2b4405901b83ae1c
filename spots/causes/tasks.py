"""The sweep that counts how good suggestions were."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from spots.causes import transitions


@shared_task(name="spots.count_suggestions")
def count_suggestions(**_unknown: Any) -> int:
    return transitions.count_outcomes(now=timezone.now())
