"""The sweep that sends codes to customers."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from heatmaps_project.desk.own import sending


@shared_task(name="heatmaps_project.send_codes")
def send_codes(**_: Any) -> None:
    sending.send_codes(now=timezone.now())
