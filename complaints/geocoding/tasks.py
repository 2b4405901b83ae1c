"""The geocoder's sweep."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from complaints.geocoding import transitions

MOST_BATCHES = 10  # of one run: the rest waits for the next, a few seconds later


@shared_task(name="complaints.geocode")
def geocode(**_unknown: Any) -> None:
    """Place the complaints that wait."""
    for _batch in range(MOST_BATCHES):
        if not transitions.geocode_waiting(now=timezone.now()):
            break
