"""The sweep that ends personal data by their age."""

import logging
from datetime import timedelta
from typing import Any, Final

from celery import shared_task
from django.utils import timezone

from heatmaps_project.clocks import apart
from heatmaps_project.customers.retention import transitions

logger = logging.getLogger(__name__)

# Ages are days. Whoever answers for a worker's time, and not for the database's, leads none astray,
# however small their steps are: a leap alone is seen by the sweep, against its last run.
CLOCKS_DIFFER_MOST: Final = timedelta(hours=1)


@shared_task(name="heatmaps_project.end_by_age")
def end_by_age(**_: Any) -> int:
    now = timezone.now()
    if (differ := apart(now)) > CLOCKS_DIFFER_MOST:
        logger.error(
            "Nothing ends by its age: this clock says %s, which is %s from the database's. Look at"
            " both.",
            now.isoformat(),
            differ,
        )
        return 0
    return transitions.sweep(now=now)
