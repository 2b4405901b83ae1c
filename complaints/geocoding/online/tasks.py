"""The sweep of addresses that others are asked for."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from complaints.geocoding.online import transitions


@shared_task(name="complaints.geocode_online")
def geocode_online(**_unknown: Any) -> int:
    return transitions.ask_waiting(now=timezone.now())
