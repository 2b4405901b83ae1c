"""The sweeps that tell machines what has happened."""

from typing import Any

from celery import shared_task
from django.utils import timezone

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
    return transitions.forget(now=timezone.now())
