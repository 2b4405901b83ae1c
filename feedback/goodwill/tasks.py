"""Giving on occasions; safe to run twice or late."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from feedback.goodwill import transitions


@shared_task(name="feedback.give_on_occasions")
def give_on_occasions(**_unknown: Any) -> int:
    return transitions.give_on_occasions(now=timezone.now())
