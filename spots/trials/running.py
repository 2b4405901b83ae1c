"""
A rule tried on history: what it would have found, worked off in the background.

A sweep takes one trial at a time and works on it for some seconds, a simulated day a step.
After each step everything is stored, so a worker may die at any moment: when its claim has
run out the next one goes on from the last step, and finds the same.
"""

import logging
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from complaints.customers.models import Brand
from complaints.geocoding.models import Region
from spots.trials import transitions as transitions
from spots.trials.models import Trial
from spots.trials.replaying import Replay
from spots.trials.transitions import TrialRefusedError
from spots.watching import reading
from spots.watching.rules import DetectionRule

logger = logging.getLogger(__name__)

LONGEST_DAYS = 56
WORK_S = 20.0  # a run's share of the queue
LEASE = timedelta(minutes=5)  # as long as a task may take


def start(
    rule: DetectionRule,
    *,
    values: Mapping[str, Any],
    brand: Brand,
    region: Region,
    since: datetime,
    until: datetime,
    by: Any,
    now: datetime,
) -> Trial:
    """
    Have a rule with these values (spots.trials.values) tried on a period of the past.

    :raises TrialRefusedError: the period is too long or not past, the rule would judge nothing
        there, or the person has too many trials open
    """
    if until > now or since >= until:
        raise TrialRefusedError(_("It has to begin before it ends, and in the past."))
    # An hour more: local days are as long as summer time lets them be.
    if until - since > timedelta(days=LONGEST_DAYS, hours=1):
        raise TrialRefusedError(_("At most %(days)d days can be tried.") % {"days": LONGEST_DAYS})
    topics = reading.topics_left(
        rule.pk,
        order=values["order"],
        named=set(values["topics"]),
        brand_id=brand.pk,
        region_id=region.pk,
    )
    if not topics:
        raise TrialRefusedError(
            _("Rules before it take every topic there: this one would judge nothing.")
        )
    return transitions.start(
        rule,
        values=values,
        topics=topics,
        brand=brand,
        region=region,
        since=since,
        until=until,
        by=by,
        now=now,
    )


def run_waiting(*, now: datetime) -> int:
    """Work for some seconds on the trial that waits longest, and return the steps done."""
    trial = transitions.claim(now=now, lease=LEASE)
    if trial is None:
        return 0
    began = time.monotonic()
    try:
        return _work(trial, now=now, began=began)
    except Exception as error:
        logger.exception("Trial %s: a step failed", trial.pk)
        transitions.book_failure(trial, error=f"{type(error).__name__}: {error}", now=now)
        return 0


def _work(trial: Trial, *, now: datetime, began: float) -> int:
    replay, steps = Replay(trial), 0
    while time.monotonic() - began < WORK_S or not steps:
        step = replay.step()
        stands = transitions.book_step(
            trial,
            reached=step.reached,
            engine=step.engine,
            found=step.found,
            now=now + timedelta(seconds=time.monotonic() - began),
            lease=LEASE,
        )
        if not stands:  # stopped by a person, or another worker's by now
            return steps
        steps += 1
        if step.reached >= trial.until:
            return steps
    transitions.give_back(trial)
    return steps
