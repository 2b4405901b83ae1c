"""The sweeps that tell machines what has happened."""

from functools import partial
from typing import Any

from celery import shared_task
from django.utils import timezone

from complaints.portions import until_none_is_left
from heatmaps_project.webhooks import transitions
from heatmaps_project.webhooks.sending import send


@shared_task(name="heatmaps_project.plan_webhooks")
def plan_webhooks(**_newer: Any) -> int:
    return transitions.plan(now=timezone.now())


@shared_task(name="heatmaps_project.send_webhooks")
def send_webhooks(**_newer: Any) -> int:
    return send(now=timezone.now())


@shared_task(name="heatmaps_project.forget_webhooks")
def forget_webhooks(**_newer: Any) -> int:
    return until_none_is_left(partial(transitions.forget, now=timezone.now()))
