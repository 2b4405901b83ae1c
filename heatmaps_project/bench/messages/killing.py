"""Workers that are killed again and again while they send: who got what."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

from django.db import connection

from feedback.notifications.outbox.models import Message
from feedback.notifications.outbox.states import State
from heatmaps_project.bench.messages.centre import Centre

WORKER = """
import django; django.setup()
from django.utils import timezone
from feedback.notifications.sending import delivery
while delivery.send_messages(now=timezone.now()): pass
"""
FARTHER = 211  # parts that each worker submits more than the one before, until it is killed
PATIENCE = 120.0  # seconds for a worker to submit so many: it has to start first
FINISHERS = 5  # workers that may end the work, at most
TO_DO = (State.PLANNED, State.CLAIMED)


@dataclass(frozen=True)
class Outcome:
    killed: int  # workers
    once: int  # parts that the centre has once
    twice: int  # and more than once
    uncertain: int  # of which nobody knows: a person decides
    lost: int  # said to be handed over, and the centre has none
    left: int  # nobody began, or ended, sending them


def killed(centre: Centre, *, kills: int) -> Outcome:
    """Kill so many workers at ever later parts of their work, then let one finish it."""
    dead = sum(_kill_after(1 + number * FARTHER, centre) for number in range(kills))
    _let_leases_end()
    for _ in range(FINISHERS):
        if not Message.objects.filter(state__in=TO_DO).exists():
            break
        _worker(centre).wait()
    time.sleep(1)  # the centre's last words
    counts = list(centre.submitted.values())
    numbers = {number for number, _text in centre.submitted}
    told = Message.objects.filter(state__in=[State.HANDED_OVER, State.DELIVERED])
    phones = [one.customer.phone.lstrip("+") for one in told.select_related("customer")]
    return Outcome(
        killed=dead,
        once=sum(count == 1 for count in counts),
        twice=sum(count > 1 for count in counts),
        uncertain=Message.objects.filter(state=State.UNCERTAIN).count(),
        lost=sum(phone not in numbers for phone in phones),
        left=Message.objects.filter(state__in=TO_DO).count(),
    )


def _kill_after(parts: int, centre: Centre) -> bool:
    """Kill a worker once it has submitted so many parts; False: it had ended before."""
    until, wanted = time.monotonic() + PATIENCE, centre.parts + parts
    process = _worker(centre)
    while process.poll() is None and centre.parts < wanted and time.monotonic() < until:
        time.sleep(0.005)
    process.kill()
    return process.wait() == -signal.SIGKILL


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
