"""The sweep that tells listeners what has changed."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from heatmaps_project.tmf.hub.resources import RESOURCES
from heatmaps_project.tmf.hub.transitions import announce


@shared_task(name="heatmaps_project.announce_to_hubs")
def announce_to_hubs(**_newer: Any) -> int:
    return sum(announce(face, now=timezone.now()) for face in RESOURCES)
