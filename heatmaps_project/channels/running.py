"""The ways in that we ask, each when it is due."""

import logging
from datetime import datetime
from typing import Final

from celery.exceptions import SoftTimeLimitExceeded

from heatmaps_project.channels import mail, pulling, transitions
from heatmaps_project.channels.mail import MailError
from heatmaps_project.channels.models import Kind
from heatmaps_project.channels.pulling import PullError

logger = logging.getLogger(__name__)

MOST: Final = 20  # of one sweep
_RUNS: Final = {Kind.MAIL: mail.run, Kind.PULL: pulling.run}


def run_due(*, now: datetime) -> int:
    """Ask the ways in that are due, and return how many were asked."""
    for count in range(MOST):
        inlet = transitions.claim(now=now)
        if inlet is None:
            return count
        try:
            _RUNS[Kind(inlet.kind)](inlet, now=now)
        except (MailError, PullError) as error:
            transitions.fail(inlet, str(error), now=now)
        except Exception as error:
            logger.exception("The way in %s failed", inlet.pk)
            transitions.fail(inlet, type(error).__name__, now=now)
            if isinstance(error, SoftTimeLimitExceeded):
                raise  # the time of the task is over
        else:
            transitions.succeed(inlet, now=now)
    return MOST
