"""What beat asks of surveys; safe to run twice or late."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from feedback.surveys import unhappy


@shared_task(name="feedback.reopen_unhappy")
def reopen_unhappy(**_unknown: Any) -> int:
    return unhappy.reopen_unhappy(now=timezone.now())
