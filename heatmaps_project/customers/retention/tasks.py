"""The sweep that ends personal data by their age."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from heatmaps_project.customers.retention import transitions


@shared_task(name="heatmaps_project.end_by_age")
def end_by_age(**_: Any) -> int:
    return transitions.sweep(now=timezone.now())
