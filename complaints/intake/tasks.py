"""Forgetting the keys of old requests."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from complaints.intake.transitions_of_keys import forget_keys


@shared_task(name="complaints.forget_keys")
def forget(**_unknown: Any) -> None:
    """Forget Idempotency-Keys that nobody can come with any more."""
    forget_keys(now=timezone.now())
