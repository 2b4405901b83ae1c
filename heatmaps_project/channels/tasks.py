"""The sweep of the ways in that we ask."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from heatmaps_project.channels import running


@shared_task(name="heatmaps_project.ask_inlets")
def ask_inlets(**_unknown: Any) -> int:
    return running.run_due(now=timezone.now())
