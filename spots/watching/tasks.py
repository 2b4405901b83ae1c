"""The sweeps of detection."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from spots.watching import learning, runner, verifying


@shared_task(name="spots.detect")
def detect(**_unknown: Any) -> int:
    return runner.look_everywhere(now=timezone.now())


@shared_task(name="spots.learn_baseline")
def learn_baseline(**_unknown: Any) -> int:
    return learning.learn_everywhere(now=timezone.now())


@shared_task(name="spots.verify_fixes")
def verify_fixes(**_unknown: Any) -> int:
    return verifying.verify_fixes(now=timezone.now())
