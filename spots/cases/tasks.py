"""What beat asks of cases; each is safe to run twice or late."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from spots.cases import transitions


@shared_task(name="spots.open_singles")
def open_singles(**_unknown: Any) -> int:
    return transitions.open_singles(now=timezone.now())


@shared_task(name="spots.refresh_priorities")
def refresh_priorities(**_unknown: Any) -> int:
    return transitions.refresh_priorities(now=timezone.now())


@shared_task(name="spots.recompute_promises")
def recompute_promises(**_unknown: Any) -> int:
    return transitions.recompute_promises(now=timezone.now())
