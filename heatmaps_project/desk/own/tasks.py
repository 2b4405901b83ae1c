"""The sweeps that send codes to customers, and forget them."""

from functools import partial
from typing import Any

from celery import shared_task
from django.utils import timezone

from complaints.portions import until_none_is_left
from heatmaps_project.desk.own import sending, transitions


@shared_task(name="heatmaps_project.send_codes")
def send_codes(**_: Any) -> None:
    sending.send_codes(now=timezone.now())


@shared_task(name="heatmaps_project.forget_codes")
def forget_codes(**_: Any) -> int:
    return until_none_is_left(partial(transitions.forget, now=timezone.now()))
