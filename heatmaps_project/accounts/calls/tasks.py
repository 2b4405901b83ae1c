"""The sweep that forgets what was called, and refused, long ago, and sessions that have ended."""

from functools import partial
from typing import Any

from celery import shared_task
from django.utils import timezone

from complaints.portions import until_none_is_left
from heatmaps_project.accounts.calls.transitions import forget
from heatmaps_project.accounts.refusals.transitions import forget as forget_refusals
from heatmaps_project.accounts.transitions_of_sessions import forget_sessions, forget_tokens


@shared_task(name="heatmaps_project.forget_calls")
def forget_calls(**_newer: Any) -> int:
    now = timezone.now()
    ended = (partial(forget_sessions, now=now), partial(forget_tokens, now=now))
    return forget(now=now) + forget_refusals(now=now) + sum(map(until_none_is_left, ended))
