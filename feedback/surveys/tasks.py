"""What beat asks of surveys; safe to run twice or late."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from feedback.surveys import transitions, unhappy


@shared_task(name="feedback.find_customers")
def find_customers(**_unknown: Any) -> int:
    """Provide the survey of fixes, find whom the others are about, close what ran out."""
    now = timezone.now()
    transitions.provide_packaged(now=now)
    return transitions.find(now=now) + transitions.tidy(now=now)


@shared_task(name="feedback.tell_cases")
def tell_cases(**_unknown: Any) -> int:
    return transitions.tell_cases(now=timezone.now())


@shared_task(name="feedback.reopen_unhappy")
def reopen_unhappy(**_unknown: Any) -> int:
    return unhappy.reopen_unhappy(now=timezone.now())
