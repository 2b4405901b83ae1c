"""The sweep that forgets lookups, and looks at personal data, of long ago."""

from functools import partial
from typing import Any

from celery import shared_task
from django.utils import timezone

from complaints.portions import until_none_is_left
from heatmaps_project.desk import transitions


@shared_task(name="heatmaps_project.forget_lookups")
def forget_lookups(**_: Any) -> int:
    now = timezone.now()
    forgets = (transitions.forget, transitions.forget_looks)
    return sum(until_none_is_left(partial(one, now=now)) for one in forgets)
