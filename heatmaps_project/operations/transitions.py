"""Heartbeats of queues."""

from datetime import datetime

from django.db.models import DateTimeField, Value
from django.db.models.functions import Greatest

from heatmaps_project.operations.models import Heartbeat


def beat(queue: str, *, now: datetime) -> None:
    """Note that a queue is worked off; a task that comes late moves nothing back."""
    heartbeat, made = Heartbeat.objects.get_or_create(queue=queue, defaults={"at": now})
    if not made:
        latest = Greatest("at", Value(now, output_field=DateTimeField()))
        Heartbeat.objects.filter(pk=heartbeat.pk).update(at=latest)
