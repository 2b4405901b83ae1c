"""The sweep that climbs ladders."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from spots.escalation.sweeping import escalate as escalated


@shared_task(name="spots.escalate")
def escalate(**_unknown: Any) -> int:
    return escalated(now=timezone.now())
