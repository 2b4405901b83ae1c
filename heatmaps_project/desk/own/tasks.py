"""The sweeps that send codes to customers, and forget them."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from heatmaps_project.desk.own import sending, transitions


@shared_task(name="heatmaps_project.send_codes")
def send_codes(**_: Any) -> None:
    sending.send_codes(now=timezone.now())


@shared_task(name="heatmaps_project.forget_codes")
def forget_codes(**_: Any) -> int:
    return transitions.forget(now=timezone.now())
