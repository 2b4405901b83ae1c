"""What beat asks of comments; safe to run twice or late."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from feedback.comments import transitions


@shared_task(name="feedback.learn_comments")
def learn_comments(**_unknown: Any) -> int:
    """Once a night, learn from what staff corrected since."""
    return transitions.learn(now=timezone.now())
