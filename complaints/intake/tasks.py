"""Forgetting the keys of old requests."""

from functools import partial
from typing import Any

from celery import shared_task
from django.utils import timezone

from complaints.intake.transitions_of_keys import forget_keys
from complaints.portions import until_none_is_left


@shared_task(name="complaints.forget_keys")
def forget(**_unknown: Any) -> None:
    """Forget Idempotency-Keys that nobody can come with any more."""
    until_none_is_left(partial(forget_keys, now=timezone.now()))
