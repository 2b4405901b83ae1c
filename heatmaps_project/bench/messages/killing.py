"""Workers that are killed again and again while they send: who got what."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

from django.db import connection

from feedback.notifications.models import Message
from feedback.notifications.states import State
from heatmaps_project.bench.messages.centre import Centre

WORKER = """
import django; django.setup()
from django.utils import timezone
from feedback.notifications import delivery
while delivery.send_messages(now=timezone.now()): pass
"""
ALIVE_FOR = 1.5  # seconds, of each worker that is killed
TO_DO = (State.PLANNED, State.CLAIMED)


@dataclass(frozen=True)
class Outcome:
    killed: int  # workers
    once: int  # parts that the centre has once
    twice: int  # and more than once
    uncertain: int  # of which nobody knows: a person decides
    lost: int  # said to be handed over, and the centre has none


def killed(centre: Centre, *, kills: int) -> Outcome:
    """Kill a worker so often while it sends all that is due, then let one finish."""
    dead = 0
    for _ in range(kills):
        process = _worker(centre)
        time.sleep(ALIVE_FOR)
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
            dead += process.wait() == -signal.SIGKILL
    _let_leases_end()
    while Message.objects.filter(state__in=TO_DO).exists():
        _worker(centre).wait()
    time.sleep(1)  # the centre's last words
    counts = list(centre.submitted.values())
    numbers = {number for number, _text in centre.submitted}
    told = Message.objects.filter(state__in=[State.HANDED_OVER, State.DELIVERED])
    phones = [one.customer.phone.lstrip("+") for one in told.select_related("customer")]
    uncertain = Message.objects.filter(state=State.UNCERTAIN).count()
    return Outcome(
        killed=dead,
        once=sum(count == 1 for count in counts),
        twice=sum(count > 1 for count in counts),
        uncertain=uncertain,
        lost=sum(phone not in numbers for phone in phones),
    )


def _worker(centre: Centre) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", WORKER],
        env={
            **os.environ,
            "SMS_GATEWAY": centre.address,
            "QUIET_HOURS": "",
            "DJANGO_SETTINGS_MODULE": "heatmaps_project.settings",
        },
        stderr=subprocess.DEVNULL,
    )


def _let_leases_end() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE feedback_message SET lease_until = now() WHERE state = 'claimed'")
