"""Reports by mail: made at eight in the morning of wherever they are about, and sent."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from heatmaps_project.supervision.digests import delivery, transitions


@shared_task(name="heatmaps_project.make_digests")
def make_digests(**_newer: Any) -> int:
    return transitions.make_digests(now=timezone.now())


@shared_task(name="heatmaps_project.send_digests")
def send_digests(**_newer: Any) -> int:
    return delivery.send_digests(now=timezone.now())
