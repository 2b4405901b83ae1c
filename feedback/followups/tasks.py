"""What beat asks of follow-ups; safe to run twice or late."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from feedback.comments import transitions as comments
from feedback.followups import transitions


@shared_task(name="feedback.raise_alarms")
def raise_alarms(**_unknown: Any) -> int:
    """Sort new comments, open follow-ups for alarming answers, share them out, see late ones."""
    now = timezone.now()
    comments.provide_words()
    done = comments.sort_comments(now=now) + transitions.raise_alarms(now=now)
    return done + transitions.share_out(now=now) + transitions.mark_late(now=now)
