"""The sweep that notices broken promises."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from spots.sla import transitions


@shared_task(name="spots.mark_breaches")
def mark_breaches(**_unknown: Any) -> int:
    return transitions.mark_breaches(now=timezone.now())
