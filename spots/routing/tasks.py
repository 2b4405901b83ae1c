"""What beat asks of routing; safe to run twice or late."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from spots.routing import transitions


@shared_task(name="spots.switch_off_broken_rules")
def switch_off_broken_rules(**_unknown: Any) -> int:
    return transitions.switch_off_broken(now=timezone.now())
