"""The sweep that counts heat of days that are over."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from spots.maps import transitions_of_heat


@shared_task(name="spots.count_heat")
def count_heat(**_unknown: Any) -> int:
    return transitions_of_heat.count_heat(now=timezone.now())
